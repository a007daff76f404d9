package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// setters are words after which a name and a value follow, separated only by blanks.
var setters = [...]string{"conference", "memcache", "hiredis_raw", "filter"}

// isSetter reports whether a name and its value may follow w, separated only by blanks.
func isSetter(w string) bool {
	return ascii.IndexFold(w, "setvar") >= 0 || ascii.ContainsEqualFold(setters[:], w)
}

// inserts are the subcommands of db and hash that a realm, a key and a value follow, separated by
// slashes.
var inserts = [...]string{"insert", "insert_ifempty", "delete_ifmatch"}

// insert notes the value of realm/key/value as a secret if the realm or the key looks like the name
// of one.
func (r *redactor) insert() {
	j, name := r.i, ""
	for part := range 3 {
		if j >= r.end || r.s[j] != '/' && r.s[j] != escapedSlash {
			return
		}
		j++
		if part == 2 {
			break
		}
		from := j
		for j < r.end && r.s[j] != '/' && r.s[j] != escapedSlash {
			j++
		}
		r.work += j - from
		for rest := r.s[from:j]; rest != "" && name == ""; {
			var word string
			if word, rest = cutName(rest); r.isSecretName(word) {
				name = word
			}
		}
	}
	if name != "" {
		r.addSpan(j, r.end, name)
	}
}

// A nameState is the position of the next byte in a conference's name, NAME@PROFILE+PIN.
type nameState uint8

const (
	outsideName nameState = iota
	beforeName
	inName
)

// afterBlank returns the state after a blank, and afterByte the state after another byte.
func (m nameState) afterBlank() nameState {
	if m == inName {
		return outsideName
	}
	return m
}

func (m nameState) afterByte() nameState {
	if m == beforeName {
		return inName
	}
	return m
}

// pin replaces the PIN of a conference. Its + is the next byte.
func (r *redactor) pin() {
	if r.confName != inName {
		return
	}
	r.confName = outsideName
	from, n := r.i+1, 0
	for from+n < r.end && (IsName(r.s[from+n]) || r.s[from+n] == '*' || r.s[from+n] == '#') {
		n++
	}
	r.work += n
	if n == 0 || strings.HasPrefix(r.s[from:], "flags{") {
		return
	}
	r.i = from
	r.hide("conference", from+n)
	r.i-- // walk advances by one byte
}
