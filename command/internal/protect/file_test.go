package protect

import (
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"plain", "/var/lib/a.wav", ""},
		{"empty", "", ""},
		{"without a dot or colon", "tone_stream", ""},

		{"a block", "{a=b}x.wav", ""},
		{"a block that is not closed", "{a=b", "file-block"},
		{"a second block that is not closed", "{a=b} {c", "file-block"},
		{"a brace within", "x{a.wav", ""},

		{"a stream of 100 bytes", rep("s", 100) + "://x", ""},
		{"a stream of 101 bytes", rep("s", 101) + "://x", "file-stream-name"},
		{"a stream of 101 bytes after a block", "{a=b}" + rep("s", 101) + "://x", "file-stream-name"},
		{"a stream whose name is not known", rep("s", 100) + unknown + "://x", ""},

		{"the ending of a stream", "/a.file", "file-ending"},
		{"in capitals", "/a.FILE", ""},
		{"a longer ending", "/a.files", ""},
		{"an ending within a word", "/a.file_b-c.wav", ""},
		{"a dash after it", "/a.file-b.wav", ""},
		{"the ending of a folder", "/a.file/b.wav", ""},
		{"before a parameter", "http://h/a.https?x=y", "file-ending"},
		{"only an ending", ".file", "file-ending"},
		{"no dot before it", "/file", ""},
		{"stated by a block of http", "http://(ext=http_cache)h/x", "file-ending"},
		{"stated as a file's name", "http://(a=b,FILE=/x.file)h/x", "file-ending"},
		{"stated otherwise", "http://(name=/x.wav,ext=wav)h/x", ""},
		{"a block of http that is not closed", "http://(ext=file", ""},
		{"stated without a stream", "(ext=file)h/x.wav", ""},

		{"a list", "file_string://a.wav!b.wav", ""},
		{"a bad element of a list", "file_string://a.wav!b.file!c.wav", "file-ending"},
		{"a list whose end is a backslash", `file_string://a.wav!b\`, "lone-backslash"},
		{"a full list whose end is a backslash", "file_string://" + rep("a!", 127) + `b\`, ""},
		{"a list in a list in a list", rep("file_string://", 3) + "a.wav", ""},
		{"one more list", rep("file_string://", 4) + "a.wav", "file-nesting"},
		{"a file of a file", rep("file://h/", 3) + "a.wav", ""},
		{"one more file", rep("file://h/", 4) + "a.wav", "file-nesting"},

		{"a decoded ending", "file://h/a%2efile", "file-ending"},
		{"a decoded NUL", "file://h/a.file%00.wav", "file-ending"},
		{"an ending after a decoded NUL", "file://h/a.wav%00.file", "file-ending"},
		{"nothing after the host", "file://h", ""},
	}, func(g *Guard, name string) { g.fileName(name) })
}

// TestPlaybackArguments checks which part of an argument is the name of a file.
func TestPlaybackArguments(t *testing.T) {
	runChecks(t, []checkTest{
		{"a file", "a.file", "file-ending"},
		{"a count", "+3 a.file", "file-ending"},
		{"only a count", "+3", ""},
		{"a file with a space", "3 a.wav", ""},
	}, func(g *Guard, args string) { LoopPlayback(g, args, nil) })
	runChecks(t, []checkTest{
		{"a file", "a.file", "file-ending"},
		{"a file and an engine", "a.file DETECT:x y", "file-ending"},
		{"only the engine looks like a file", "a.wav detect:x.file", ""},
	}, func(g *Guard, args string) { PlayAndDetect(g, args, nil) })
	runChecks(t, []checkTest{
		{"a listed token", "a.file", "file-ending"},
		{"a plain token", "a.wav", ""},
	}, func(g *Guard, name string) {
		Files(0, 2)(g, "", []string{name, "other.file"}) // 1 is not listed, 2 is missing
	})
}

func TestTones(t *testing.T) {
	rep := strings.Repeat
	runChecks(t, []checkTest{
		{"a ringing tone", "%(2000,4000,440,480)", ""},
		{"nothing", "", ""},
		{"keys", "123 456\r\n789*0#", ""},
		{"settings", "v=-7;>=2;+=.1;%(1000,0,640)", ""},

		{"the most samples", "%(1398100,0,440)", ""}, // 48 samples a millisecond
		{"more samples", "%(1398102,0,440)", "tone-length"},
		{"a wait counts", "%(1,1398102,440)", "tone-length"},
		{"a negative time is none", "%(-1,-1,440)", ""},
		{"the default duration", "d=1398102;1", "tone-length"},
		{"the default wait", "w=1398102;1", "tone-length"},
		{"a stated duration in its place", "d=1398102;%(1,0,440)", ""},
		{"a slow rate", "r=8000;%(1398100,0,440)", ""},
		{"a high rate", "r=192000;%(349526,0,440)", "tone-length"},
		{"two channels", "c=2;%(699051,0,440)", "tone-length"},
		{"the highest rate", "r=192000;1", ""},
		{"a higher rate", "r=192001;1", "tone-length"},
		{"a negative rate", "r=-1;1", "tone-length"},
		{"eight channels", "c=8;1", ""},
		{"nine channels", "c=9;1", "tone-length"},

		{"repeats of a tone", "l=10000;%(1,0,440)", ""},
		{"more repeats of a tone", "l=10001;%(0,0,440)", "tone-length"},
		{"negative repeats", "l=-1;%(0,0,440)", "tone-length"},
		{"repeats are for one tone", "l=9999;%(1,0,440);%(139810,0,440)", ""},
		{"repeats of the script", "L=10000;%(1,0,440)", ""},
		{"more repeats of the script", "L=10001;%(0,0,440)", "tone-length"},
		{"the first repeat counts", "L=1;L=10001;%(0,0,440)", ""},
		{"a zero repeat does not count", "L=0;L=10001;%(0,0,440)", "tone-length"},
		{"both repeats", "L=100;l=1000;%(0,0,440)", ""},
		{"both repeats, one more", "L=100;l=1001;%(0,0,440)", "tone-length"},
		{"repeats of the default duration and wait", "L=4466;1", ""},
		{"one more of these", "L=4467;1", "tone-length"},
		{"the most tones", "d=0;w=0;" + rep("1", 100_000), ""},
		{"more tones", "d=0;w=0;" + rep("1", 100_001), "tone-length"},
		{"not closed", "%(100", ""},

		{"a file", "path=/etc/tones.ttml;loops=3", ""},
		{"a relative file", "path=tones.ttml", "tone-file"},
		{"a file that is not known", "path=" + unknown + "/tones.ttml", ""},
		{"a device", "PATH=/dev/zero", "tone-file"},
		{"a device by another way", "path=/tmp/../proc/x", "tone-file"},
		{"a device after the name", "path=/tmp/a;/dev/zero", ""},
	}, func(g *Guard, text string) { g.tones(text) })
	runChecks(t, []checkTest{
		{"loops of gentones", "1|-1", ""},
		{"a script with loops", "l=-1;1|1", "tone-length"},
	}, func(g *Guard, args string) { Gentones(g, args, nil) })
}
