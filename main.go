// Command eslguard is a firewall for FreeSWITCH's event socket. See the README, and
// `eslguard --help`.
package main

import (
	_ "embed"
	"os"

	"eslguard/internal/cli"
)

// example is the policy that the demo runs with.
//
//go:embed policies.example.json
var example []byte

func main() {
	p := cli.Program{
		Args:      os.Args[1:],
		Stdin:     os.Stdin,
		Stdout:    os.Stdout,
		Stderr:    os.Stderr,
		LookupEnv: os.LookupEnv,
		Environ:   os.Environ,
		Example:   example,
	}
	os.Exit(p.Main())
}
