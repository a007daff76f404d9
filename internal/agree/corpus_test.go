package agree_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"io"
	"testing"
)

// corpus holds the inputs that long runs of FuzzAgree found to reach something new: each one's
// length as a uvarint, then its bytes.
//
// corpus are the inputs with which long runs of FuzzAgree reached new code: the length of each as a
// uvarint, and then its bytes.
//
//go:embed testdata/corpus.gz
//go:embed testdata/corpus.gz
var corpus []byte

// addCorpus adds the corpus to a fuzz target.
func addCorpus(f *testing.F) {
	z, err := gzip.NewReader(bytes.NewReader(corpus))
	if err != nil {
		f.Fatal(err)
	}
	r := bufio.NewReader(z)
	for {
		n, err := binary.ReadUvarint(r)
		if err == io.EOF {
			return
		}
		if err != nil || n > 1<<10 {
			f.Fatalf("an input of %d bytes: %v", n, err)
		}
		data := make([]byte, n)
		if _, err := io.ReadFull(r, data); err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}
