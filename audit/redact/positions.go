package redact

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext/ascii"
)

// A span is a secret on the current line that was found by its place: from index from up to to.
type span struct {
	from, to int
	name     string
}

// maxSpans is how many such secrets of a line are kept. If there are more, the rest of the line is
// one secret.
const maxSpans = 64

// A pendingPlace is a place whose tokens are counted after a subcommand that was not found yet.
type pendingPlace struct {
	place *catalog.SecretPlace
	sep   byte
}

// maxPending is how many pending places a line has at most.
const maxPending = 16

// positions notes the secrets that the command w takes by their place. w begins at index begin and
// ends at the next byte.
func (r *redactor) positions(begin int, w string) {
	r.afterColon = begin > 0 && r.s[begin-1] == ':'
	for _, a := range r.pending {
		if ascii.EqualFold(w, a.place.After) {
			starts := r.argument(a.place, a.sep, true)
			for _, from := range starts.at[:starts.n] {
				r.countTokens(a.place, from.at, a.sep)
			}
		}
	}
	list := r.AllPlaces()
	for i := range list {
		p := &list[i]
		if !ascii.EqualFold(w, p.Name) {
			continue
		}
		starts := r.argument(p, p.Sep, false)
		for _, from := range starts.at[:starts.n] {
			switch {
			case p.After == "":
				r.countTokens(p, from.at, from.sep)
			case len(r.pending) < maxPending:
				r.pending = append(r.pending, pendingPlace{p, from.sep})
			default:
				r.addSpan(from.at, r.end, p.Name)
			}
		}
	}
}

// denials are the guard's own words after the name of a command, in a reason and in a path.
var denials = [...]string{"is not allowed to ", "is denied to ", "> "}

// isOwnDenial reports whether rest, the text after the name of a command, is in the guard's own
// words: in a field of a record, or in an answer, which begins with -ERR.
func (c *cursor) isOwnDenial(rest string) bool {
	line := strings.TrimPrefix(c.s[c.start:c.end], "Reply-Text: ")
	if c.as != AsWords && !strings.HasPrefix(line, "-ERR ") {
		return false
	}
	for _, words := range denials {
		if strings.HasPrefix(rest, words) {
			return true
		}
	}
	return false
}

// isPattern reports whether the text at j is in the place of a secret but is not one: a wildcard or
// a set in a rule, or a placeholder in the usage of a command.
func (c *cursor) isPattern(j int) bool {
	return c.as == AsWords && strings.IndexByte("*<$/", c.s[j]) >= 0 || strings.HasPrefix(c.s[j:c.end], "<password>")
}

// maxStarts is at how many indexes an argument may begin that are all considered.
const maxStarts = 6

// starts are the indexes at which an argument may begin.
type starts struct {
	at [maxStarts]start
	n  int
}

// A start is one of them, with the separator of the tokens after it.
type start struct {
	at  int
	sep byte
}

// argument returns where the argument of a command may begin whose name ends at the next byte, and
// the separator of its tokens: ^^X at its beginning makes X the separator. It returns no start if
// no argument follows. Between the name and the argument there can be blanks, the bracket of
// &app(…), the colons of a broadcast (app!cause::…) and of an inline dialplan, or the comma of
// bind_digit_action (exec:app,…). After a blank these may be the first bytes of the argument
// itself, so it may begin there, too. If sub is set, the name is that of a subcommand, which is
// followed by one separator.
func (r *redactor) argument(p *catalog.SecretPlace, by byte, sub bool) (s starts) {
	j := r.i
	for j < r.end && (r.s[j] == '\'' || r.s[j] == '"' || r.s[j] == escapedQuote) {
		j++
	}
	if j < r.end && r.s[j] == '!' {
		n := strings.Index(r.s[j:min(r.end, j+maxCause)], "::")
		r.work += maxCause
		if n < 0 {
			return s
		}
		j += n
	}
	begin := j
	if strings.HasPrefix(r.s[j:r.end], `\t`) { // an escaped tab
		j += 2
	}
	for ; j < r.end; j++ {
		c := r.s[j]
		if by != ' ' && c == by && j > begin || !isBlank(c) && (j >= begin+2 || !r.mayPrecedeArgument(c, by)) {
			break
		}
		if c != ' ' && j > begin && (c != ':' || r.s[j-1] != ':') {
			r.addStart(&s, p, j, by, sub)
		}
		if sub && c == by && c != ' ' {
			j++
			break
		}
	}
	rest := r.s[j:r.end]
	r.work += j - r.i
	if j == begin || rest == "" {
		return starts{}
	}
	if r.isOwnDenial(rest) {
		return starts{}
	}
	r.addStart(&s, p, j, by, sub)
	return s
}

// addStart adds an index at which the argument of p may begin. Everything from there on is a secret
// if there are more than maxStarts, and if ^^X comes after quotes, which another program may remove
// first.
func (r *redactor) addStart(s *starts, p *catalog.SecretPlace, j int, by byte, sub bool) {
	unquoted := strings.TrimLeft(r.s[j:min(j+maxCause, r.end)], `\'"`+string(rune(escapedQuote)))
	if s.n == maxStarts || by != 0 && strings.HasPrefix(unquoted, "^^") && r.s[j] != '^' {
		r.addSpan(j, r.end, p.Name)
		return
	}
	if by != 0 && !p.Fixed && !sub && r.end-j > 3 && r.s[j] == '^' && r.s[j+1] == '^' {
		if by = r.s[j+2]; r.raw[r.src(j+2)] != by {
			by = '%'
		}
		if j += 3; by == ' ' {
			for j < r.end && r.s[j] == ' ' {
				j++
			}
		}
	}
	s.at[s.n] = start{j, by}
	s.n++
}

// mayPrecedeArgument reports whether c may come between the name of a command and its argument,
// whose tokens are separated by by.
func (r *redactor) mayPrecedeArgument(c, by byte) bool {
	switch c {
	case ':', '(', escapedOther:
		return true
	case ',':
		return r.afterColon || by == ','
	}
	return by != 0 && c == by
}

// maxCause is how far after the name of an application its :: may come if a hangup cause is
// between, in bytes. The longest cause has less than 40.
const maxCause = 64

// maxCounted is how often a byte of a line is read on average to count tokens. Beyond it,
// everything after such a name is a secret.
const maxCounted = 2

// countTokens notes the tokens that p marks as secrets, counted from index from on, or all of them
// if the separator quotes. It treats everything that may separate two tokens as a separator, also
// between quotes, so that the secret begins there or later. The secret ends at the next separator
// if nothing before it is ambiguous, such as a separator between quotes, and at the end of the line
// otherwise.
func (r *redactor) countTokens(p *catalog.SecretPlace, from int, sep byte) {
	if p.Sep == 0 || isUncountable(sep) || r.counted > maxCounted*(r.end-r.start) {
		if !r.isPattern(from) {
			r.addSpan(from, r.end, p.Name)
		}
		return
	}
	j, token, sure, quoted := from, 0, true, false
	check := func(c byte) {
		quoted = quoted != (c == '\'')
		sure = sure && isSureToken(c)
	}
	for _, want := range p.Tokens {
		for ; token < want; token++ {
			for ; j < r.end && !r.separates(j, sep); j++ {
				check(r.s[j])
			}
			// Only blanks count as one separator together. Any other separator may enclose an empty
			// token.
			for first := true; j < r.end && (first && r.separates(j, sep) || sep == ' ' && r.s[j] == ' '); first = false {
				sure = sure && r.s[j] == sep && !quoted
				j++
			}
		}
		end := j
		for ; want < p.Last && end < r.end && r.s[end] != sep; end++ {
			check(r.s[end])
		}
		r.work += end - from
		r.counted += end - from
		from = end
		if j == r.end || r.isPattern(j) {
			return
		}
		if !sure || quoted || want >= p.Last {
			r.addSpan(j, r.end, p.Name)
			return
		}
		r.addSpan(j, end, p.Name)
		j = end
	}
}

// isSureToken reports whether a token that contains c ends at the next separator for every program
// that reads it.
func isSureToken(c byte) bool {
	return c >= ' ' && c != '\\' && c != '$'
}

// isUncountable reports whether tokens with this separator cannot be counted, because it quotes or
// begins something that may be expanded or decoded.
func isUncountable(sep byte) bool {
	return sep < ' ' || strings.IndexByte("\\'$%&", sep) >= 0
}

// spans are the secrets of a line that were found by their place.
type spans struct {
	list []span
	// next is the index at which the next span begins, 0 if there is none.
	next int
}

// add adds a secret of this line.
func (p *spans) add(c *cursor, from, to int, name string) {
	if len(p.list) >= maxSpans {
		to = c.end
		p.list[maxSpans-1] = span{min(from, p.list[maxSpans-1].from), to, name}
	} else if from < to {
		p.list = append(p.list, span{from, to, name})
	}
	p.findNext(c)
}

// findNext finds the index at which the next span begins.
func (p *spans) findNext(c *cursor) {
	p.next = 0
	for i := range p.list {
		if s := &p.list[i]; s.to > c.i && (p.next == 0 || s.from < p.next) {
			p.next = max(s.from, 1) // 0 means none, and a name comes before the secret
		}
	}
	c.work += len(p.list)
}

// hide replaces the part of a span that begins at the next byte.
func (p *spans) hide(c *cursor) {
	at := c.i
	for i := range p.list {
		if s := &p.list[i]; s.from <= at && s.to > c.i {
			to, name := s.to, s.name
			for j := range p.list { // spans that overlap it are replaced with it
				if o := &p.list[j]; o.from <= to && o.to > to {
					to = o.to
				}
			}
			c.hide(name, to)
		}
	}
	p.findNext(c)
}

// addSpan notes a secret on this line.
func (r *redactor) addSpan(from, to int, name string) { r.spans.add(&r.cursor, from, to, name) }

// runsSecretInJSON reports whether the text may be a request to a JSON API that runs a command
// which takes a secret by its place. The argument of that command is the value of the key arg,
// wherever it is.
func (c *cursor) runsSecretInJSON() bool {
	if strings.IndexByte(c.s, '{') < 0 || ascii.IndexFold(c.s, "arg") < 0 {
		return false
	}
	c.work += 2 * len(c.s)
	list := c.AllPlaces()
	for rest := c.s; rest != ""; {
		var word string
		word, rest = cutName(rest)
		for i := range list {
			if ascii.EqualFold(word, list[i].Name) {
				return true
			}
		}
	}
	return false
}

// executedPlace returns the place of a secret in the argument of the application that a sendmsg
// executes, nil if there is none.
func (c *cursor) executedPlace() *catalog.SecretPlace {
	const header = "execute-app-name"
	for line := range strings.Lines(c.s) {
		c.work += len(line)
		name, value, _ := strings.Cut(line, ":")
		if !ascii.EqualFold(strings.TrimSpace(name), header) {
			continue
		}
		list := c.AllPlaces()
		for i := range list {
			if list[i].After == "" && ascii.EqualFold(strings.TrimSpace(value), list[i].Name) {
				return &list[i]
			}
		}
	}
	return nil
}
