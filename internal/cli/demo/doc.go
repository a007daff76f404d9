// Package demo shows on loopback what eslguard does: a stand-in for FreeSWITCH, a guard in front of
// it with a copy of the example policy, and clients that are allowed, denied and refused. Every
// step checks that what it shows is true.
package demo
