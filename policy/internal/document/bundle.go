package document

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// A bundle is the file in which the last good policy is saved. It contains all files of the policy,
// so that it can be replaced atomically:
//
//	{"eslguard_last_good": 1, "saved": "2027-01-31T18:00:00Z",
//	 "files": [{"name": "policy.json", "data": "<base64>"}]}
//
// The files are kept byte for byte, so that the policy has the same revision.
type bundle struct {
	Version int          `json:"eslguard_last_good"`
	Saved   time.Time    `json:"saved"`
	Files   []bundleFile `json:"files"`
}

type bundleFile struct {
	Name string `json:"name"`
	Data string `json:"data"`
}

// bundleVersion is the version of the bundle's format.
const bundleVersion = 1

// maxBundle is the most bytes of a bundle: the largest policy, in base64, and the names of its
// files.
const maxBundle = 2 * MaxTotal

// WriteBundle atomically replaces the file at path with src as the last good policy, saved at now.
func WriteBundle(path string, src Sources, now time.Time) error {
	b := bundle{Version: bundleVersion, Saved: now.UTC().Truncate(time.Second)}
	for _, f := range src.Files {
		b.Files = append(b.Files, bundleFile{Name: f.Name, Data: base64.StdEncoding.EncodeToString(f.Data)})
	}
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return ReplaceFile(path, data)
}

// ReadBundle reads a file that WriteBundle wrote, and returns its sources and the time when it was
// saved. Sources.Folder is empty. It returns an error if the file cannot be read or is not a bundle
// of this version.
func ReadBundle(path string) (Sources, time.Time, error) {
	data, err := ReadBounded(path, maxBundle)
	if err != nil {
		return Sources{}, time.Time{}, err
	}
	var b bundle
	if err := json.Unmarshal(data, &b, json.RejectUnknownMembers(true)); err != nil {
		return Sources{}, time.Time{}, fmt.Errorf("%s: %w", path, err)
	}
	if b.Version != bundleVersion || len(b.Files) == 0 || len(b.Files) > MaxFiles {
		return Sources{}, time.Time{}, fmt.Errorf("%s: %w", path, errNotBundle)
	}
	var src Sources
	for _, f := range b.Files {
		data, err := base64.StdEncoding.DecodeString(f.Data)
		if err != nil {
			return Sources{}, time.Time{}, fmt.Errorf("%s: %w", path, err)
		}
		src.Files = append(src.Files, &Source{Name: f.Name, Data: data})
	}
	src.Files = slices.Clip(src.Files)
	return src, b.Saved, nil
}

var errNotBundle = errors.New("not a last good policy of this version")
