package policy

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/words"
)

// DefaultPassword is the password in FreeSWITCH's default configuration. An operator who uses it
// should be warned.
const DefaultPassword = "ClueCon"

// maxPassword is the most bytes of an upstream's password. FreeSWITCH accepts longer ones, but no
// real password is longer.
const maxPassword = 1024

// An Upstream is a FreeSWITCH instance.
type Upstream struct {
	// Name is the upstream's key in the policy file.
	Name string
	// Address is host:port. Upstreams with the same address are the same FreeSWITCH.
	Address string
	// SharedEvents is true if the sessions of this upstream receive their events from the one event
	// connection to its address. If it is false, each receives them on its own connection.
	SharedEvents bool
	// SharedConnections is true if the sessions of this upstream take a connection from the pool of
	// its address for their commands. If it is false, each has its own connection from login on.
	//
	// Upstreams with the same address may differ in SharedEvents and SharedConnections. Those that
	// share use the same event connection and the same pool. A session keeps the values with which
	// it has logged in: later policies change them only for new sessions.
	SharedConnections bool

	file, env string // where the password is; one of them is empty
}

// A PasswordError says why the password of an upstream cannot be read.
type PasswordError struct {
	// Upstream is the upstream's name.
	Upstream string
	// Err is the reason without the upstream's name. It is never nil, and never contains the
	// password.
	Err error
}

// Error returns the upstream's name, in printable form, and the reason.
func (e *PasswordError) Error() string {
	return fmt.Sprintf("policy: password of upstream %s: %v", words.Printable(e.Upstream), e.Err)
}

// Unwrap returns e.Err.
func (e *PasswordError) Unwrap() error { return e.Err }

// Password reads the upstream's password from its file or environment variable. It reads it again
// at each call. One line end after the password is removed. The error is a *PasswordError, which
// does not contain the password.
func (u *Upstream) Password() (string, error) {
	text, err := u.read()
	if err != nil {
		return "", &PasswordError{u.Name, err}
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	if text == "" {
		return "", &PasswordError{u.Name, errors.New("it is empty")}
	}
	if len(text) > maxPassword || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", &PasswordError{u.Name, errors.New("it is too long or contains control characters")}
	}
	return text, nil
}

// PasswordFile returns the path of the file with the upstream's password, or "" if the password is
// in the environment.
func (u *Upstream) PasswordFile() string { return u.file }

// Variables returns the names of the environment variables that contain passwords of the policy's
// upstreams, sorted and without repetitions.
func (p *Policy) Variables() []string {
	var list []string
	for _, u := range p.upstreams {
		if u.env != "" {
			list = append(list, u.env)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (u *Upstream) read() (string, error) {
	if u.file != "" {
		data, err := document.ReadBounded(u.file, maxPassword+2)
		return string(data), err
	}
	text, ok := os.LookupEnv(u.env)
	if u.env == "" || !ok {
		return "", errors.New("the environment has no variable " + words.Printable(u.env))
	}
	return text, nil
}

// compileUpstreams checks and compiles every upstream.
func (b *builder) compileUpstreams() {
	for _, d := range b.doc.Upstreams {
		if d.Address.Text != "" {
			b.checkAddress(d.Address)
		}
		u := &Upstream{
			Name: d.Name, Address: d.Address.Text, SharedEvents: d.SharedEvents, SharedConnections: d.SharedConnections,
			file: d.File.Text, env: d.Env.Text,
		}
		if u.file != "" && !filepath.IsAbs(u.file) {
			u.file = filepath.Join(b.folder, u.file)
		}
		if strings.ContainsAny(u.env, "=\x00") {
			b.rep.Errorf(d.Env.Pos, "", "%s cannot be the name of a variable", words.Quote(u.env))
		}
		b.upstreams[d.Name] = u
	}
}

// checkAddress reports an address that is not host:port, with a number as the port.
func (b *builder) checkAddress(s document.Text) {
	const hint = "such as 127.0.0.1:8021 or [::1]:8021"
	host, port, err := net.SplitHostPort(s.Text)
	n, portErr := strconv.Atoi(port)
	switch {
	case err != nil || host == "":
		b.rep.Errorf(s.Pos, hint, "%s is not host:port", words.Quote(s.Text))
	case portErr != nil || n < 1 || n > 65535 || strconv.Itoa(n) != port:
		b.rep.Errorf(s.Pos, hint, "%s is not a port", words.Quote(port))
	case strings.ContainsFunc(host, func(c rune) bool { return c <= ' ' || c >= 0x7f }):
		b.rep.Errorf(s.Pos, hint, "%s is not a host", words.Quote(host))
	}
}
