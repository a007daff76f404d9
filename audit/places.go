package audit

import "strings"

// secretPlaces are the APIs that take a password by its place, and how many arguments come before it (mod_voicemail.c).
var secretPlaces = map[string]int{"vm_fsdb_auth_login": 3, "vm_fsdb_pref_password_set": 3}

// placed reports whether the arguments of a command of that name are redacted with the name before them.
func placed(name string) bool {
	if _, ok := secretPlaces[strings.ToLower(name)]; ok {
		return true
	}
	return strings.EqualFold(name, "conference")
}

// setters are the words that names and values follow with only blanks between.
var setters = [...]string{"conference", "memcache", "hiredis_raw"}

// setter reports whether a name and its value follow w with only blanks between.
func setter(w string) bool { return containsFold(w, "setvar") || oneOf(w, setters[:]) }

// inPlace hides the secret that w, which ends here, takes by its place, and reports whether it does so.
func (r *redactor) inPlace(w string) bool {
	if hasPrefixFold(w, "vm_fsdb_") {
		if before, ok := secretPlaces[strings.ToLower(clip(w, maxLeft))]; ok && r.argument(w, before) {
			return true
		}
	}
	if oneOf(w, inserts[:]) {
		return r.insert(w)
	}
	return false
}

// argument hides all that follows so many arguments.
func (r *redactor) argument(w string, before int) bool {
	isBlank := func(c byte) bool { return c == ' ' || c == '\t' || c == escapedBlank || c == '(' }
	j := r.i
	for range before {
		for j < r.end && isBlank(r.s[j]) {
			j++
		}
		for j < r.end && !isBlank(r.s[j]) {
			j++
		}
	}
	for j < r.end && isBlank(r.s[j]) {
		j++
	}
	r.looks += j - r.i
	if j >= r.end {
		return false
	}
	r.i = j
	r.hide(w, r.end)
	return true
}

// inserts are the subcommands of db and hash that a realm, a key and a value follow, with slashes between.
var inserts = [...]string{"insert", "insert_ifempty", "delete_ifmatch"}

// insert hides the value of realm/key/value, if the realm or the key looks like the name of a secret.
func (r *redactor) insert(w string) bool {
	j, name := r.i, ""
	for part := range 3 {
		if j >= r.end || r.s[j] != '/' && r.s[j] != escapedSlash {
			return false
		}
		j++
		if part == 2 {
			break
		}
		from := j
		for j < r.end && r.s[j] != '/' && r.s[j] != escapedSlash {
			j++
		}
		r.looks += j - from
		for rest := r.s[from:j]; rest != "" && name == ""; {
			var word string
			if word, rest = cutName(rest); r.name(word) {
				name = word
			}
		}
	}
	if name == "" {
		return false
	}
	r.i = j
	r.hide(name, r.end)
	return true
}

// A room says where in a conference's name, NAME@PROFILE+PIN, the next byte is.
type room uint8

const (
	noRoom room = iota
	beforeRoom
	inRoom
)

// blank is what comes after a blank, and other what comes after another byte.
func (m room) blank() room {
	if m == inRoom {
		return noRoom
	}
	return m
}

func (m room) other() room {
	if m == beforeRoom {
		return inRoom
	}
	return m
}

// pin hides the PIN of a conference, whose + is next.
func (r *redactor) pin() {
	if r.room != inRoom {
		return
	}
	r.room = noRoom
	from := r.i + 1
	n := strings.IndexAny(r.s[from:r.end], "+) \t\"'|")
	if n < 0 {
		n = r.end - from
	}
	r.looks += n
	if n == 0 || strings.HasPrefix(r.s[from:], "flags{") {
		return
	}
	r.i = from
	r.hide("conference", from+n)
	r.i-- // walk steps over one byte
}
