package main_test

import (
	"path"
	"testing"
)

// maxPackage is how many files a package may have, apart from doc.go and its tests: a reader has to
// find the one that a line belongs to.
const maxPackage = 20

func TestPackagesAreSmall(t *testing.T) {
	files := map[string]int{}
	for _, f := range goFiles(t) {
		if !f.test && path.Base(f.name) != "doc.go" {
			files[f.dir()]++
		}
	}
	for dir, n := range files {
		if n > maxPackage {
			t.Errorf("%s has %d files, at most %d: divide it by topic", dir, n, maxPackage)
		}
	}
}
