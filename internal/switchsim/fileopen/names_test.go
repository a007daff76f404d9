package fileopen

import "testing"

func TestURLEnding(t *testing.T) {
	for url, want := range map[string]string{
		"http://h/a.wav":     "wav",
		"http://h/a.b.wav":   "wav",
		"http://h/a.wav?x=y": "wav",
		"http://h/a.wav#x":   "wav",
		"http://h/a":         "",
		"http://h/a.":        "",
		"http://h.x":         "x",
		`http://h/a.wav\b`:   "",
		"":                   "",
	} {
		if got := urlEnding(url); got != want {
			t.Errorf("urlEnding(%q) = %q, want %q", url, got, want)
		}
	}
}

func TestFileParams(t *testing.T) {
	for _, c := range []struct {
		name, rest, a string
		ok            bool
	}{
		{"/x.wav", "/x.wav", "", true},
		{"{a=b}/x.wav", "/x.wav", "b", true},
		{"{A=b}{c=d}/x.wav", "/x.wav", "b", true},
		{"{a=b} {a=c}/x.wav", "/x.wav", "c", true},
		{"{a=b} /x.wav", " /x.wav", "b", true},
		{"{}x", "x", "", true},
		{"{a=b/x.wav", "", "", false},
		{"{a=b}{c", "", "", false},
		{"", "", "", true},
	} {
		params, rest, ok := fileParams(c.name)
		if rest != c.rest || params["a"] != c.a || ok != c.ok {
			t.Errorf("fileParams(%q) = %v, %q, %v", c.name, params, rest, ok)
		}
	}
}

func TestIsPath(t *testing.T) {
	for _, c := range []struct {
		name        string
		is, endless bool
	}{
		{"/a", true, false}, {"a", false, false}, {"", false, false}, {"a://b", true, false}, {"a:/b", false, false},
		{"{x=y}/a", true, false}, {"{x=y} /a", true, false}, {"{x=y}{z}a", false, false}, {"{x", false, true}, {"{x}{y", false, true},
		{"a{x", false, false}, {"./a", false, false},
	} {
		if is, endless := IsPath(c.name); is != c.is || endless != c.endless {
			t.Errorf("IsPath(%q) = %v, %v", c.name, is, endless)
		}
	}
}

func TestClean(t *testing.T) {
	for name, want := range map[string]string{
		"/a": "/a", "a": workDir + "/a", "": workDir, "/a/../b": "/b", "../a": "/run/a", "/../a": "/a", "//a//b": "/a/b", "/a/./": "/a",
	} {
		if got := Clean(name); got != want {
			t.Errorf("Clean(%q) = %q, want %q", name, got, want)
		}
	}
}
