package catalog

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// An Entry is what the catalogue knows of one API or application. The zero entry, with a name and a
// path, is that of an unknown one: no class, one token, no uuid.
type Entry struct {
	Name  string // lower case
	Path  string // "api NAME" or "app NAME"
	Class effect.Class
	Split fstext.Splitter
	fold  foldRule
	uuid  uuidRule
	nests nestRule
	reads []readRule
	// Number counts the APIs, or the applications, of FreeSWITCH's own tree from 1. It is 0 for all
	// others.
	Number int
	// Unlisted says that no catalogue has it.
	Unlisted bool
	// more are the subcommands that a policy added, in lower case, with their classes. Nil: none.
	more map[string]effect.Class
}

// A foldRule says which tokens FreeSWITCH compares without case.
type foldRule struct {
	mask uint64
	// byFirst adds to mask by the first token, as for `sofia profile NAME restart`.
	byFirst map[string]uint64
}

// parseFold reads "all", or a list like "0,2" or "1-" (from 1 on), each part after a ";" with a
// first token.
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

// A uuidRule says which tokens hold channel uuids.
type uuidRule struct {
	index []int
	// shift moves the one index by one where the first token is one of these words, as
	// for `uuid_hold off UUID`.
	shift []string
	// plus drops one leading plus sign (uuid_media_reneg).
	plus bool
	// prefix says that the argument may begin "uuid:UUID " (eval, expand).
	prefix bool
}

// parseUUIDRule reads "0,1", "0~off|toggle", "+0" or "prefix".
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

// of returns the uuids in an argument, nil without one.
func (r uuidRule) of(args string, tokens []string) []string {
	if r.prefix {
		const prefix = "uuid:"
		if len(args) < len(prefix) || !ascii.EqualFold(args[:len(prefix)], prefix) {
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

// Folds returns which tokens of an argument FreeSWITCH compares without case, as Effect.Fold has
// it.
func (e *Entry) Folds(tokens []string) uint64 { return e.fold.of(tokens) }

// UUIDs returns the channels that an argument names. args is the whole of it. It returns nil for
// none.
func (e *Entry) UUIDs(args string, tokens []string) []string { return e.uuid.of(args, tokens) }

// A readRule is a subcommand that only reads.
type readRule struct {
	words []string // "*" stands for any one token
	end   bool     // nothing may follow
}

// parseReads reads subcommands with ";" between them; one that ends in "$" allows nothing after it.
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

// onlyReads reports whether tokens are a subcommand that only reads.
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

// A nestRule says whether an API or application can hold other commands. The zero rule
// leaves that to the class: exec, nested and originate can.
type nestRule uint8

const (
	nestByClass nestRule = iota
	nestNever
	nestExpansion
	nestScript
	nestWrapper
)

// nestRules are the words of the catalogue's column.
var nestRules = map[string]nestRule{
	"":                     nestByClass,
	"never":                nestNever,
	effect.OpaqueExpansion: nestExpansion,
	effect.OpaqueScript:    nestScript,
	effect.OpaqueWrapper:   nestWrapper,
}

// OpaqueReason returns why nothing can be said of what the entry's argument holds, and ""
// where it holds no other command for sure.
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
