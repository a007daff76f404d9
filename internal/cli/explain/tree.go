package explain

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/cli/console"
)

// A treeNode is an effect, or a step of a path that is not an effect itself, with the nodes that
// were found in it.
type treeNode struct {
	step   string
	effect *Effect // nil for a step that is not an effect
	inside []*treeNode
}

// effectTree arranges effects by their paths, so that each is below the effect that it was found
// in. Steps at the top that only repeat the frame's own verb are left out.
func effectTree(effects []Effect) []*treeNode {
	root := &treeNode{}
	latest := make(map[string]*treeNode) // by path; the same command may occur twice
	for i := range effects {
		e := &effects[i]
		up, own := e.Path, ""
		if e.isCommand() {
			up, own = cutLast(e.Path)
		}
		parent := findNode(root, latest, up)
		n := latest[e.Path]
		if own == "" || n == nil || n.effect != nil {
			n = &treeNode{step: own}
			parent.inside = append(parent.inside, n)
		}
		n.effect = e
		if own != "" {
			latest[e.Path] = n
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

// findNode returns the node at the end of path. It creates the nodes on the way that do not exist.
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

// cutLast splits a path before its last step.
func cutLast(path string) (up, step string) {
	if i := strings.LastIndex(path, effect.PathSeparator); i >= 0 {
		return path[:i], path[i+len(effect.PathSeparator):]
	}
	return "", path
}

// lines calls line with the text of the node and then of all nodes below it, indented by depth.
func (n *treeNode) lines(depth int, line func(text string)) {
	text := console.Shown(n.step)
	if n.effect != nil {
		text = n.effect.line()
	}
	line(strings.Repeat("  ", depth) + text)
	if n.effect != nil && n.effect.hasAdvice() {
		line(strings.Repeat("  ", depth) + n.effect.advice())
	}
	for _, below := range n.inside {
		below.lines(depth+1, line)
	}
}

// maxMerged is the most bytes of event names that are merged into one effect.
const maxMerged = 150

// mergeEvents merges subscriptions to events without a subclass that are decided alike into one
// effect, whose name lists the events as a rule does. Otherwise "event ALL" would fill more than a
// screen.
func mergeEvents(effects []Effect) []Effect {
	var out []Effect
	merged := make(map[[4]string]int) // positions in out, by decision
	for _, e := range effects {
		if e.Kind != effect.KindSubscribe.String() || len(e.Tokens) > 0 {
			out = append(out, e)
			continue
		}
		alike := [...]string{e.Decision, e.Role, e.Rule, e.Near}
		if at, known := merged[alike]; known && len(out[at].Name)+len(e.Name) < maxMerged {
			out[at].Name += "|" + e.Name
			if len(e.Suggestions) == 1 && len(out[at].Suggestions) == 1 {
				// No event's name needs an escape in a rule.
				out[at].Suggestions = []string{out[at].Suggestions[0] + "|" + e.Name}
			}
			continue
		}
		merged[alike] = len(out)
		out = append(out, e)
	}
	return out
}
