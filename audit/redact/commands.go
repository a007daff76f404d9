package redact

import "strings"

// setters are the words that names and values follow with only blanks between.
var setters = [...]string{"conference", "memcache", "hiredis_raw", "filter"}

// setter reports whether a name and its value follow w with only blanks between.
func isSetter(w string) bool { return containsFold(w, "setvar") || oneOf(w, setters[:]) }

// inserts are the subcommands of db and hash that a realm, a key and a value follow, with slashes
// between.
var inserts = [...]string{"insert", "insert_ifempty", "delete_ifmatch"}

// insert takes note of the value of realm/key/value, if the realm or the key looks like the name of
// a secret.
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
		r.addRest(j, name)
	}
}

// A room says where in a conference's name, NAME@PROFILE+PIN, the next byte is.
type nameState uint8

const (
	outsideName nameState = iota
	beforeName
	inName
)

// blank is what comes after a blank, and other what comes after another byte.
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

// pin hides the PIN of a conference, whose + is next.
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
	r.i-- // walk steps over one byte
}
