package catalog

import (
	"slices"

	"eslguard/argument"
	"eslguard/effect"
)

// A Position is one position of a row of positions.tsv, with tokens in the form of the row.
type Position struct {
	Kind   effect.Kind
	Name   string
	Type   argument.Type
	Tokens []string // harmless values; the test replaces the one at Index
	Index  int
}

// Positions returns every position of every row, except for those of variables.
func Positions() (list []Position) {
	for kind, rows := range positionsOf().tokens {
		for name, forms := range rows {
			for i := range forms {
				list = append(list, positionsIn(&forms[i], kind, name)...)
			}
		}
	}
	return list
}

func positionsIn(a *alternative, kind effect.Kind, name string) (list []Position) {
	tokens := make([]string, len(a.at)+2)
	for i := range tokens {
		tokens[i] = PlainValue(a.rest)
		if i < len(a.at) {
			tokens[i] = PlainValue(a.at[i])
		}
	}
	for _, s := range a.subs {
		tokens[s.index] = s.words[0]
	}
	if kind == effect.KindInject {
		more := append(tokens, make([]string, len(smsHeaders))...)
		e := effect.Effect{Kind: kind, Name: name, Tokens: more}
		tokens = more[:fixedTokens(&e)]
	}
	for i := range tokens {
		keyword := false
		for _, s := range a.subs {
			keyword = keyword || s.index == i
		}
		if !keyword {
			list = append(list, Position{kind, name, a.typeAt(tokens, i), tokens, i})
		}
	}
	for _, key := range a.keys {
		value := PlainValue(key.typ)
		if kind == effect.KindInject {
			value = key.word + "=" + value
			n := len(tokens)
			list = append(list, Position{kind, name, key.typ, append(slices.Clone(tokens), value), n})
			continue
		}
		list = append(list, Position{kind, name, key.typ, []string{tokens[0], key.word, value}, 2})
	}
	return list
}

// plainValues has a harmless value of each type.
var plainValues = map[argument.Type]string{
	argument.TypeText: "Hello, 50% off (really)!", argument.TypeNested: "x", argument.TypeNever: "x", argument.TypeWord: "internal", argument.TypeWords: "a,b c", argument.TypeVariable: "my_var",
	argument.TypeNumber: "-4.5", argument.TypeTime: "+30", argument.TypeChannel: "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11", argument.TypeExtension: "+4930123*1", argument.TypeAddress: "internal/1000@pbx.example.org",
	argument.TypeHost: "10.0.0.1", argument.TypeURI: "", argument.TypeDialString: "user/1000@pbx.example.org", argument.TypeURL: "", argument.TypeFile: "prompts/v1.2/hello.wav",
	argument.TypeFolder: "archive/2026", argument.TypePlay: "hello.wav", argument.TypeHeader: `<sip:x@y>;answer-after=0; 50% "a"`, argument.TypeName: "Ann O'Neill, 50% off", argument.TypeTemplate: "pbx.example.org",
	argument.TypeSQL: "first:second", argument.TypeXML: "Ann, 50%", argument.TypeRegex: "abc 123",
}

// PlainValue returns a harmless value of that type. It is "" if no other value is harmless where a
// rule spells nothing.
func PlainValue(t argument.Type) string { return plainValues[t] }

// Variables returns the variables of positions.tsv with their types. A family is represented by one
// of its members.
func Variables() map[string]argument.Type {
	list := make(map[string]argument.Type)
	for name, v := range positionsOf().vars {
		list[name] = v.typ
	}
	for _, f := range positionsOf().families {
		list[f.prefix+"x"] = f.typ
	}
	return list
}

// ActingVariables returns the variables whose values act.
func ActingVariables() (list []string) {
	for name, v := range positionsOf().vars {
		if v.acts {
			list = append(list, name)
		}
	}
	for _, f := range positionsOf().families {
		if f.acts {
			list = append(list, f.prefix+"x")
		}
	}
	return list
}
