// Package fileopen says what FreeSWITCH opens for the name of a file (switch_core_file.c): a file,
// a stream, a URL, a shell command, or all the names in a list. Nothing is opened by it.
package fileopen
