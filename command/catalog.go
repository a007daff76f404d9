package command

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// A Catalog knows the APIs and applications of FreeSWITCH. It is never changed once made.
type Catalog struct {
	apis, apps map[string]*entry // by lower-case name
	off        protectionSet
	// places are the built-in ones and those of a policy. Nil: the built-in ones.
	places []SecretPlace
}

// apis.tsv and apps.tsv have a row for each API and application that is registered in
// FreeSWITCH's tree (1.11.3-dev, git cc93a68), as read in its source. The columns, "-" standing
// for nothing: name, class, how the argument is split, which tokens are compared without case,
// which hold channel uuids, what of other commands it holds, which subcommands only read.
var (
	//go:embed catalog/apis.tsv
	apisTSV string
	//go:embed catalog/apps.tsv
	appsTSV string
)

var builtin = sync.OnceValue(func() *Catalog {
	c := &Catalog{}
	var err error
	if c.apis, err = parseTable(apisTSV, "api"); err != nil {
		panic("command: internal error: " + err.Error())
	}
	if c.apps, err = parseTable(appsTSV, "app"); err != nil {
		panic("command: internal error: " + err.Error())
	}
	return c
})

// Builtin returns the embedded catalogue. Every call returns the same one.
func Builtin() *Catalog { return builtin() }

// HasAPI reports whether the catalogue knows an API of that name, in any case.
func (c *Catalog) HasAPI(name string) bool { return c.apis[ascii.ToLower(name)] != nil }

// HasApp reports whether the catalogue knows an application of that name, in any case.
func (c *Catalog) HasApp(name string) bool { return c.apps[ascii.ToLower(name)] != nil }

// api returns what is known of an API, given its name in any case.
func (c *Catalog) api(name string) *entry { return lookup(c.apis, "api", name) }

// app returns what is known of an application, given its name in any case.
func (c *Catalog) app(name string) *entry { return lookup(c.apps, "app", name) }

// maxName bounds the names that are folded without an allocation. No name in
// FreeSWITCH's tree is longer than 30 bytes.
const maxName = 64

// lookup finds name, in any case, in table. The entry of an unknown name says that
// nothing is known of it.
func lookup(table map[string]*entry, kind, name string) *entry {
	if len(name) <= maxName {
		var buf [maxName]byte
		for i := range len(name) {
			buf[i] = ascii.Lower(name[i])
		}
		if e := table[string(buf[:len(name)])]; e != nil {
			return e
		}
	}
	name = ascii.ToLower(name)
	return &entry{name: name, path: kind + " " + name, unlisted: true}
}

func parseTable(tsv, kind string) (map[string]*entry, error) {
	table := make(map[string]*entry, strings.Count(tsv, "\n"))
	for line := range strings.Lines(tsv) {
		e, err := parseEntry(strings.TrimSuffix(line, "\n"), kind)
		if err != nil {
			return nil, fmt.Errorf("catalogue row %q: %w", line, err)
		}
		if table[e.name] != nil {
			return nil, fmt.Errorf("catalogue row %q: the name is there twice", line)
		}
		table[e.name] = e
		e.number = len(table)
	}
	return table, nil
}

func parseEntry(line, kind string) (*entry, error) {
	cols := strings.Split(line, "\t")
	if len(cols) != 7 {
		return nil, fmt.Errorf("%d columns", len(cols))
	}
	for i := range cols {
		if cols[i] == "-" {
			cols[i] = ""
		}
	}
	e := &entry{name: ascii.ToLower(cols[0])}
	e.path = kind + " " + e.name
	var ok bool
	if e.class, ok = effect.ParseClass(cols[1]); !ok && cols[1] != "" {
		return nil, fmt.Errorf("class %q", cols[1])
	}
	var err error
	if e.split, err = fstext.ParseSplitter(cols[2]); err != nil {
		return nil, err
	}
	if e.fold, err = parseFold(cols[3]); err != nil {
		return nil, err
	}
	if e.uuid, err = parseUUIDRule(cols[4]); err != nil {
		return nil, err
	}
	if e.nests, ok = nestRules[cols[5]]; !ok {
		return nil, fmt.Errorf("nests %q", cols[5])
	}
	e.reads = parseReads(cols[6])
	return e, nil
}

// parseInts reads a comma-separated list of token indexes.
func parseInts(s string) ([]int, error) {
	if s == "" {
		return nil, nil
	}
	var list []int
	for f := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 || n > maxToken {
			return nil, fmt.Errorf("token index %q", f)
		}
		list = append(list, n)
	}
	return list, nil
}
