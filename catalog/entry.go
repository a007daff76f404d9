package catalog

import (
	"strings"

	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// An Entry describes one API or application. An Entry with only a Name and a Path is that of an
// unknown one: it has no class, and its argument is one token.
type Entry struct {
	Name  string // lower case
	Path  string // "api NAME" or "app NAME"
	Class effect.Class
	Split fstext.Splitter // splits its argument into tokens
	fold  foldRule
	uuid  uuidRule
	nests nestRule
	reads []readRule
	// Number is the number of the API or application in its table of FreeSWITCH's own tree, from 1.
	// It is 0 for all others.
	Number int
	// Unlisted reports whether the catalogue does not contain it.
	Unlisted bool
	// more are the subcommands that a policy added, in lower case, with their classes. Nil means
	// none.
	more map[string]effect.Class
}

// A foldRule says which tokens FreeSWITCH compares without case. Bit i of a mask is for token i.
type foldRule struct {
	mask uint64
	// byFirst has further bits for some first tokens, as for `sofia profile NAME restart`.
	byFirst map[string]uint64
}

// parseFold parses the column of tokens that are compared without case.
func parseFold(s string) (foldRule, error) {
	var r foldRule
	for i, part := range strings.Split(s, ";") {
		word, list, ok := strings.Cut(part, ":")
		if !ok {
			word, list = "", part
		}
		mask, err := parseFoldMask(list)
		if err != nil {
			return foldRule{}, err
		}
		if i == 0 {
			r.mask = mask
			continue
		}
		if r.byFirst == nil {
			r.byFirst = make(map[string]uint64)
		}
		r.byFirst[word] = mask
	}
	return r, nil
}

func parseFoldMask(s string) (uint64, error) {
	if s == "all" {
		return ^uint64(0), nil
	}
	from, open := strings.CutSuffix(s, "-")
	list, err := parseInts(from)
	if err != nil {
		return 0, err
	}
	var mask uint64
	for _, i := range list {
		mask |= 1 << i
	}
	if open && len(list) == 1 {
		mask = ^uint64(0) << list[0]
	}
	return mask, nil
}

// of returns the mask for an argument with these tokens.
func (r foldRule) of(tokens []string) uint64 {
	if r.byFirst == nil || len(tokens) == 0 {
		return r.mask
	}
	return r.mask | r.byFirst[ascii.ToLower(tokens[0])]
}

// A uuidRule says which tokens are uuids of channels.
type uuidRule struct {
	index []int
	// shift adds one to the index if the first token is one of these words, as for `uuid_hold off
	// UUID`.
	shift []string
	// plus removes one leading plus sign (uuid_media_reneg).
	plus bool
	// prefix reports whether the argument may begin with "uuid:UUID " (eval, expand).
	prefix bool
}

// parseUUIDRule parses the column of tokens that are uuids.
func parseUUIDRule(s string) (uuidRule, error) {
	if s == "prefix" {
		return uuidRule{prefix: true}, nil
	}
	var r uuidRule
	s, words, shifts := strings.Cut(s, "~")
	if shifts {
		r.shift = strings.Split(words, "|")
	}
	s, r.plus = strings.CutPrefix(s, "+")
	var err error
	r.index, err = parseInts(s)
	return r, err
}

// of returns the uuids in an argument, nil if there are none.
func (r uuidRule) of(args string, tokens []string) []string {
	if r.prefix {
		const prefix = "uuid:"
		if !ascii.HasPrefixFold(args, prefix) {
			return nil
		}
		uuid, _, _ := strings.Cut(args[len(prefix):], " ")
		return []string{uuid}
	}
	var uuids []string
	for _, i := range r.index {
		if len(r.shift) > 0 && len(tokens) > 0 && ascii.ContainsEqualFold(r.shift, tokens[0]) {
			i++
		}
		if i >= len(tokens) || tokens[i] == "" {
			continue
		}
		if uuids == nil && !r.plus && len(r.index) == 1 {
			return tokens[i : i+1 : i+1]
		}
		uuid := tokens[i]
		if r.plus {
			uuid = strings.TrimPrefix(uuid, "+")
		}
		uuids = append(uuids, uuid)
	}
	return uuids
}

// Folds returns which tokens of an argument FreeSWITCH compares without case, in the form of
// [effect.Effect.Fold].
func (e *Entry) Folds(tokens []string) uint64 { return e.fold.of(tokens) }

// UUIDs returns the uuids of channels in an argument, given whole and split into tokens. It returns
// nil if there are none.
func (e *Entry) UUIDs(args string, tokens []string) []string { return e.uuid.of(args, tokens) }

// A readRule is a subcommand that only reads.
type readRule struct {
	words []string // "*" is any one token
	end   bool     // no further token may follow
}

// parseReads parses the column of subcommands that only read.
func parseReads(s string) []readRule {
	if s == "" {
		return nil
	}
	var rules []readRule
	for form := range strings.SplitSeq(s, ";") {
		form, end := strings.CutSuffix(form, "$")
		rules = append(rules, readRule{words: strings.Fields(form), end: end})
	}
	return rules
}

// onlyReads reports whether tokens begin with a subcommand that only reads.
func (e *Entry) onlyReads(tokens []string, fold uint64) bool {
	for _, r := range e.reads {
		if r.match(tokens, fold) {
			return true
		}
	}
	return false
}

func (r readRule) match(tokens []string, fold uint64) bool {
	if len(tokens) < len(r.words) || r.end && len(tokens) > len(r.words) {
		return false
	}
	for i, w := range r.words {
		switch {
		case w == "*" && tokens[i] != "", w == tokens[i]:
		case fold>>i&1 != 0 && ascii.EqualFold(w, tokens[i]):
		default:
			return false
		}
	}
	return true
}

// A nestRule says whether the argument of an API or application can contain other commands. The
// zero nestRule means that the class decides: with exec, nested and originate it can.
type nestRule uint8

const (
	nestByClass nestRule = iota
	nestNever
	nestExpansion
	nestScript
	nestWrapper
)

// nestRules are the words of the column of contained commands.
var nestRules = map[string]nestRule{
	"":                     nestByClass,
	"never":                nestNever,
	effect.OpaqueExpansion: nestExpansion,
	effect.OpaqueScript:    nestScript,
	effect.OpaqueWrapper:   nestWrapper,
}

// OpaqueReason returns the reason of the opaque effect that the argument has if it is not analysed.
// It returns "" if the argument certainly contains no other command.
func (e *Entry) OpaqueReason() string {
	switch e.nests {
	case nestNever:
		return ""
	case nestExpansion:
		return effect.OpaqueExpansion
	case nestScript:
		return effect.OpaqueScript
	case nestWrapper:
		return effect.OpaqueWrapper
	}
	switch e.Class {
	case effect.ClassExec:
		return effect.OpaqueScript
	case effect.ClassNested, effect.ClassOriginate:
		return effect.OpaqueWrapper
	}
	return ""
}
