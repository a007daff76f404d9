// Package explain says what frames would cause and how a client's policy decides them. It parses
// and decides frames as the proxy does, but sends nothing anywhere.
package explain
