package cli

import (
	"strconv"
	"strings"

	"eslguard/command"
	"eslguard/internal/cli/console"
)

// pathStep parts the steps of an effect's path.
const pathStep = " > "

// A treeNode is an effect, or a step on the way to one that has no effect of its own, and what was
// found in it.
type treeNode struct {
	step   string
	effect *explainedEffect
	inside []*treeNode
}

// effectTree orders effects by their paths: each stands below what it was found in. The steps that only
// repeat the frame's own verb are left out.
func effectTree(effects []explainedEffect) []*treeNode {
	root := &treeNode{}
	latest := make(map[string]*treeNode) // by path; the same command may be there twice
	for i := range effects {
		f := &effects[i]
		up, own := f.Path, ""
		if f.isCommand() {
			up, own = cutLast(f.Path)
		}
		parent := findNode(root, latest, up)
		n := latest[f.Path]
		if own == "" || n == nil || n.effect != nil {
			n = &treeNode{step: own}
			parent.inside = append(parent.inside, n)
		}
		n.effect = f
		if own != "" {
			latest[f.Path] = n
		}
	}
	var out []*treeNode
	for _, n := range root.inside {
		if n.effect == nil {
			out = append(out, n.inside...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// maxMerged is how many bytes of names stand on one line.
const maxMerged = 150

// mergeEvents puts the events without a subclass that are decided alike together, their names parted as in a rule:
// event ALL would be a screen and a half else.
func mergeEvents(effects []explainedEffect) []explainedEffect {
	var out []explainedEffect
	open := make(map[[4]string]int) // into out, by what is the same
	for _, e := range effects {
		if e.Kind != command.KindSubscribe.String() || len(e.Tokens) > 0 {
			out = append(out, e)
			continue
		}
		alike := [...]string{e.Decision, e.Role, e.Rule, e.Near}
		if at, known := open[alike]; known && len(out[at].Name)+len(e.Name) < maxMerged {
			out[at].Name += "|" + e.Name
			if len(e.Suggestions) == 1 && len(out[at].Suggestions) == 1 {
				out[at].Suggestions = []string{out[at].Suggestions[0] + "|" + e.Name} // no name of an event needs an escape
			}
			continue
		}
		open[alike] = len(out)
		out = append(out, e)
	}
	return out
}

// isCommand reports whether the path of f ends in f itself, and not in what causes it.
func (f *explainedEffect) isCommand() bool { return f.Kind == "api" || f.Kind == "app" }

// findNode returns the node at the end of path, with all the steps to it.
func findNode(root *treeNode, latest map[string]*treeNode, path string) *treeNode {
	if path == "" {
		return root
	}
	if n := latest[path]; n != nil {
		return n
	}
	up, step := cutLast(path)
	parent := findNode(root, latest, up)
	n := &treeNode{step: step}
	parent.inside = append(parent.inside, n)
	latest[path] = n
	return n
}

// cutLast parts a path from its last step.
func cutLast(path string) (up, step string) {
	if i := strings.LastIndex(path, pathStep); i >= 0 {
		return path[:i], path[i+len(pathStep):]
	}
	return "", path
}

// lines calls line with the text of the node and of all below it, each indented by its depth.
func (n *treeNode) lines(depth int, line func(text string)) {
	text := console.Shown(n.step)
	if n.effect != nil {
		text = n.effect.line()
	}
	line(strings.Repeat("  ", depth) + text)
	if n.effect != nil && n.effect.hasWayOut() {
		line(strings.Repeat("  ", depth) + n.effect.wayOut())
	}
	for _, below := range n.inside {
		below.lines(depth+1, line)
	}
}

// spelledTokens joins tokens as a rule has them, "" in the place of an empty one.
func spelledTokens(tokens []string) string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		if out[i] = t; t == "" {
			out[i] = `""`
		}
	}
	return strings.Join(out, " ")
}

// tokenNumbers names tokens by the numbers that "secret" of a policy has for them, from 0.
func tokenNumbers(tokens []int) string {
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = "token " + strconv.Itoa(t)
	}
	return strings.Join(list, ", ")
}

// line shows one effect: a command as FreeSWITCH gets it, all else as a rule would write it, and how it is decided.
func (f *explainedEffect) line() string {
	kind, args := f.Kind, f.Args
	if f.Leg != "" {
		kind += " " + f.Leg
	}
	text := kind + " " + f.Name
	if !f.isCommand() {
		args = spelledTokens(f.Tokens)
	}
	if args != "" {
		text += " " + args
	}
	out := console.Shown(text) + "  "
	switch {
	case f.Decision == allowed && f.Rule != "":
		out += "(allowed by " + f.Rule + ", role " + f.Role + ")"
	case f.Decision == allowed:
		out += "(allowed)"
	case f.Lacks:
		out += "(denied without " + f.Rule + ", role " + f.Role + ")"
	case f.Rule != "":
		out += "(denied by " + f.Rule + ", role " + f.Role + ")"
	case f.Near != "":
		out += "(no rule allows it; nearest is " + console.Shown(f.Near) + ")"
	default:
		out += "(no rule allows it)"
	}
	if f.Later != "" {
		out += ", later: " + f.Later
	}
	if len(f.Secret) > 0 {
		out += "; left out of the audit: " + tokenNumbers(f.Secret)
	}
	if f.Why != "" {
		out += "; " + console.Shown(f.Why)
	}
	return out
}
