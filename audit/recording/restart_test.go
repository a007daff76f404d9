package recording

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestRecordsOnAfterAFailure checks that the session is recorded in another file when the disk
// works again.
func TestRecordsOnAfterAFailure(t *testing.T) {
	dir := t.TempDir()
	now := time.Unix(1_000_000, 0)
	var files []File
	r, err := prepare(Options{
		Dir: dir, Session: "abc", MaxFile: 1000,
		Now: func() time.Time { return now }, Finished: func(f File) { files = append(files, f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	var lost int64
	put := func(word string, wantLost bool) {
		body := word + strings.Repeat("x", 600)
		frame := fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)
		err = r.record(piece{from: fromGuard, at: now, b: []byte(frame)}, err)
		if wantLost {
			lost += int64(len(frame))
		}
		if (err != nil) != wantLost {
			t.Errorf("%s: %v", word, err)
		}
	}
	put("one", false)
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	put("two", true)   // it needs another file
	put("three", true) // one is tried once more
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	put("four", true) // too soon
	now = now.Add(retryEvery)
	err = r.record(piece{from: fromGuard, at: now, b: []byte("the rest of a frame")}, err)
	put("five", false)
	r.finish(nil)
	if len(files) != 2 || files[0].Name != "abc-1"+Suffix || files[1].Name != "abc-2"+Suffix || files[1].Lost != lost+int64(len("the rest of a frame")) {
		t.Errorf("%+v, want two files, and %d bytes lost", files, lost)
	}
	for i, want := range []string{"one", "five"} {
		text, err := os.ReadFile(dir + "/" + files[i].Name)
		if n := strings.Count(string(text), "xxxx\"}\n"); err != nil || n != 1 || !strings.Contains(string(text), want) {
			t.Errorf("%s, %v: %s", want, err, text)
		}
	}
}

// TestARemovedFileIsNoticed checks that another file is begun after the file was removed, since
// records in a file without a name are lost.
func TestARemovedFileIsNoticed(t *testing.T) {
	dir := t.TempDir()
	now := time.Unix(1_000_000, 0)
	var files []File
	r, err := prepare(Options{
		Dir: dir, Session: "abc", Now: func() time.Time { return now }, Finished: func(f File) { files = append(files, f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"one", "two", "three"} {
		if word == "two" {
			if err := os.Remove(dir + "/abc-1" + Suffix); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.record(piece{from: fromClient, at: now, b: []byte("api " + word + "\n\n")}, nil); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		now = now.Add(retryEvery)
	}
	r.finish(nil)
	if len(files) != 2 || !errors.Is(files[0].Err, errRemoved) || files[1].Err != nil || files[1].Frames != 2 {
		t.Errorf("%+v, want a file that was removed and another one", files)
	}
}
