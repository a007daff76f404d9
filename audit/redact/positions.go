package redact

import (
	"strings"

	"eslguard/command"
)

// A span is a secret on the line at hand, by its place: what stands from from up to to.
type span struct {
	from, to int
	name     string
}

// maxSpans is how many secrets of a line are told apart that stand there by their place. With more
// of them, the rest of the line is one.
const maxSpans = 64

// An awaited place is one whose tokens are counted behind a subcommand that has not come yet.
type pendingPlace struct {
	place *command.SecretPlace
	sep   byte
}

// maxAwaited is how many of them a line has at most.
const maxPending = 16

// known returns the places that k knows.
func (k *Secrets) AllPlaces() []command.SecretPlace {
	if k.Places == nil {
		return (*command.Catalog)(nil).SecretPlaces()
	}
	return k.Places
}

// marked reports whether s holds the name of an API of which a policy marks places.
func (k *Secrets) containsPolicyName(s string) bool {
	for i := range k.policyPlaces {
		if containsFold(s, k.policyPlaces[i].Name) {
			return true
		}
	}
	return false
}

// placed reports whether the arguments of a command of that name are redacted with the name before
// them.
func (k *Secrets) NeedsName(name string) bool {
	if strings.EqualFold(name, "conference") {
		return true
	}
	list := k.AllPlaces()
	for i := range list {
		if isNamed(name, list[i].Name) {
			return true
		}
	}
	return false
}

// isNamed reports whether w is name, which is in lower case, in any case. The length settles most
// without a call.
func isNamed(w, name string) bool {
	return len(w) == len(name) && w[0]|0x20 == name[0]|0x20 && strings.EqualFold(w, name)
}

// use makes k know what c marks, too. A nil catalogue marks what FreeSWITCH's own tree has.
func (k *Secrets) Use(c *command.Catalog) {
	k.Places, k.policyPlaces = c.SecretPlaces(), c.OwnSecretPlaces()
}

// positions takes note of the secrets that w, which begins at begin and ends here, takes by their
// place.
func (r *redactor) positions(begin int, w string) {
	r.afterColon = begin > 0 && r.s[begin-1] == ':'
	for _, a := range r.pending {
		if isNamed(w, a.place.After) {
			starts := r.argument(a.place, a.sep, true)
			for _, from := range starts.at[:starts.n] {
				r.countTokens(a.place, from.at, a.sep)
			}
		}
	}
	list := r.AllPlaces()
	for i := range list {
		p := &list[i]
		if !isNamed(w, p.Name) {
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

// denials are how the guard's own words about a command go on behind its name, in a reason and in a
// path.
var denials = [...]string{"is not allowed to ", "is denied to ", "> "}

// deniesIn reports whether what stands behind the name of a command are the guard's own words: in
// a field of a record, or in an answer, which begins with -ERR.
func (r *redactor) isOwnDenial(rest string) bool {
	line := strings.TrimPrefix(r.s[r.start:r.end], "Reply-Text: ")
	if r.as != AsWords && !strings.HasPrefix(line, "-ERR ") {
		return false
	}
	for _, words := range denials {
		if strings.HasPrefix(rest, words) {
			return true
		}
	}
	return false
}

// isPattern reports whether what begins at j stands for a secret, and is none: in a rule a wildcard
// or a set, and in a command how its usage names it.
func (r *redactor) isPattern(j int) bool {
	return r.as == AsWords && strings.IndexByte("*<$/", r.s[j]) >= 0 || strings.HasPrefix(r.s[j:r.end], "<password>")
}

// maxStarts is in how many places an argument may begin, of which any may be right.
const maxStarts = 6

// starts are the places where an argument may begin.
type starts struct {
	at [maxStarts]start
	n  int
}

// A start is one of them, and what parts the tokens from there on.
type start struct {
	at  int
	sep byte
}

// argument returns where the argument of a command begins whose name ends here, none where nothing
// follows or what follows is no argument, and what parts its tokens: ^^X at its beginning says that
// X does. Behind the name stand blanks, the bracket of &app(…), the colons of a broadcast
// (app!cause::…) and of an inline dialplan, or the comma of bind_digit_action (exec:app,…). Where
// these follow a blank, they may be the argument's own first bytes, so it may begin there, too.
// sub: it is the name of a subcommand, behind which one separator stands.
func (r *redactor) argument(p *command.SecretPlace, by byte, sub bool) (s starts) {
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
	if strings.HasPrefix(r.s[j:r.end], `\t`) { // a tab, quoted
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

// mayBegin adds a place where the argument of p may begin. All from there on is a secret beyond
// maxStarts, and where ^^X stands behind quotes, which others may take away before.
func (r *redactor) addStart(s *starts, p *command.SecretPlace, j int, by byte, sub bool) {
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

// opens reports whether c may stand between the name of a command and its argument, whose tokens by
// parts.
func (r *redactor) mayPrecedeArgument(c, by byte) bool {
	switch c {
	case ':', '(', escapedOther:
		return true
	case ',':
		return r.afterColon || by == ','
	}
	return by != 0 && c == by
}

// maxCause is how far behind the name of an application its :: may stand, where a hangup cause is
// between, in bytes. The longest cause has less than 40.
const maxCause = 64

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == escapedBlank }

// maxCounted is how often a byte of a line is looked at, on the average, to count tokens. After
// that what stands behind such a name is a secret as a whole.
const maxCounted = 2

// count takes note of the tokens that p says, counted from from on, or of all where the separator
// is one that quotes. It takes whatever may part two tokens for what does, also between quotes: a
// secret begins there or later. It ends at the next separator only if nothing before leaves a
// doubt, such as a separator between quotes, and else with the line.
func (r *redactor) countTokens(p *command.SecretPlace, from int, sep byte) {
	if p.Sep == 0 || isDoubtful(sep) || r.counted > maxCounted*(r.end-r.start) {
		if !r.isPattern(from) {
			r.addSpan(from, r.end, p.Name)
		}
		return
	}
	j, token, sure, quoted := from, 0, true, false
	look := func(c byte) {
		quoted = quoted != (c == '\'')
		sure = sure && isSureToken(c)
	}
	for _, want := range p.Tokens {
		for ; token < want; token++ {
			for ; j < r.end && !r.separates(j, sep); j++ {
				look(r.s[j])
			}
			// Only blanks are one separator together: what is read as one may be a token.
			for first := true; j < r.end && (first && r.separates(j, sep) || sep == ' ' && r.s[j] == ' '); first = false {
				sure = sure && r.s[j] == sep && !quoted
				j++
			}
		}
		end := j
		for ; want < p.Last && end < r.end && r.s[end] != sep; end++ {
			look(r.s[end])
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

// parts reports whether the byte at j may part two tokens.
func (r *redactor) separates(j int, sep byte) bool {
	return r.s[j] == sep || sep == ' ' && isBlank(r.s[j])
}

// isSureToken reports whether a token that holds c ends at the next separator, whoever reads it.
func isSureToken(c byte) bool {
	return c >= ' ' && c != '\\' && c != '$'
}

// isDoubtful reports whether what a separator parts cannot be counted: it quotes, or it begins what
// may be expanded or decoded.
func isDoubtful(sep byte) bool {
	return sep < ' ' || strings.IndexByte("\\'$%&", sep) >= 0
}

// span takes note of a secret on this line.
func (r *redactor) addSpan(from, to int, name string) {
	if len(r.spans) >= maxSpans {
		to = r.end
		r.spans[maxSpans-1] = span{min(from, r.spans[maxSpans-1].from), to, name}
	} else if from < to {
		r.spans = append(r.spans, span{from, to, name})
	}
	r.findNextSpan()
}

// nextSpan finds where the next of the spans begins.
func (r *redactor) findNextSpan() {
	r.nextSpanAt = 0
	for i := range r.spans {
		if s := &r.spans[i]; s.to > r.i && (r.nextSpanAt == 0 || s.from < r.nextSpanAt) {
			r.nextSpanAt = max(s.from, 1) // there is a name before it
		}
	}
	r.work += len(r.spans)
}

// hideSpan hides what of the spans begins here.
func (r *redactor) hideSpan() {
	at := r.i
	for i := range r.spans {
		if s := &r.spans[i]; s.from <= at && s.to > r.i {
			to, name := s.to, s.name
			for j := range r.spans { // those that overlap it go with it
				if o := &r.spans[j]; o.from <= to && o.to > to {
					to = o.to
				}
			}
			r.hide(name, to)
		}
	}
	r.findNextSpan()
}

// rest takes note that the line from j on is a secret of that name.
func (r *redactor) addRest(j int, name string) { r.addSpan(j, r.end, name) }

// asksJSON reports whether the text may be a request to a JSON API that runs a command which takes
// a secret by its place: its argument is the value of the key arg, wherever that stands.
func (r *redactor) runsSecretInJSON() bool {
	if strings.IndexByte(r.s, '{') < 0 || !containsFold(r.s, "arg") {
		return false
	}
	r.work += 2 * len(r.s)
	list := r.AllPlaces()
	for rest := r.s; rest != ""; {
		var word string
		word, rest = cutName(rest)
		for i := range list {
			if isNamed(word, list[i].Name) {
				return true
			}
		}
	}
	return false
}

// executed returns the place of a secret in the argument of the application that a sendmsg
// executes, nil without one.
func (r *redactor) executedPlace() *command.SecretPlace {
	const header = "execute-app-name"
	for line := range strings.Lines(r.s) {
		r.work += len(line)
		name, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(strings.TrimSpace(name), header) {
			continue
		}
		list := r.AllPlaces()
		for i := range list {
			if list[i].After == "" && isNamed(strings.TrimSpace(value), list[i].Name) {
				return &list[i]
			}
		}
	}
	return nil
}
