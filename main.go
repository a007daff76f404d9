// Command eslguard is a firewall for FreeSWITCH's event socket. The README says what it is for, and
// eslguard --help how to use it.
package main

import (
	_ "embed"
	"os"

	"eslguard/internal/cli"
	"eslguard/internal/cli/console"
)

// example is the example policy, which the demo uses.
//
//go:embed policies.example.json
var example []byte

func main() {
	p := cli.Program{
		Args: os.Args[1:],
		Console: console.Console{
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv,
		},
		Environ: os.Environ,
		Example: example,
	}
	os.Exit(p.Main())
}
