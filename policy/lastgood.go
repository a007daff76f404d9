package policy

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// A bundle is the last good policy as it is kept, all its files in one, so that it can be replaced
// at once:
//
//	{"eslguard_last_good": 1, "saved": "2027-01-31T18:00:00Z", "files": [{"name": "policy.json", "data": "<base64>"}]}
//
// The files stand in it byte for byte, so that the revision is the same.
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

// maxBundle is the most bytes of a bundle: all of a policy in base64.
const maxBundle = 2 * MaxTotal

// keep writes p as the last good policy. Trouble is told, and no more: the policy is in force.
func (s *Store) keep(p *Policy) {
	if s.opt.LastGood == "" {
		return
	}
	if err := writeBundle(s.opt.LastGood, p.sources, s.runtime.now()); err != nil {
		s.report(fmt.Errorf("policy: the last good one could not be kept: %w", err))
	}
}

func writeBundle(path string, src sources, now time.Time) error {
	b := bundle{Version: bundleVersion, Saved: now.UTC().Truncate(time.Second)}
	for _, f := range src.files {
		b.Files = append(b.Files, bundleFile{Name: f.name, Data: base64.StdEncoding.EncodeToString(f.data)})
	}
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return replaceFile(path, data)
}

// readLastGood compiles and tests the policy that was kept, and says when that was.
func (s *Store) readLastGood() (*Policy, string, error) {
	src, saved, err := readBundle(s.opt.LastGood)
	if err != nil {
		return nil, "", fmt.Errorf("policy: there is no last good one: %w", err)
	}
	// Relative paths in it start from where the policy itself stands.
	src.folder = folderOf(s.opt.Path)
	p, err := s.activate(src)
	if err != nil {
		return nil, "", fmt.Errorf("policy: the last good one is not good any more: %w", err)
	}
	return p, saved.Format(time.RFC3339), nil
}

func readBundle(path string) (sources, time.Time, error) {
	data, err := readBounded(path, maxBundle)
	if err != nil {
		return sources{}, time.Time{}, err
	}
	var b bundle
	if err := json.Unmarshal(data, &b, json.RejectUnknownMembers(true)); err != nil {
		return sources{}, time.Time{}, fmt.Errorf("%s: %w", path, err)
	}
	if b.Version != bundleVersion || len(b.Files) == 0 || len(b.Files) > MaxFiles {
		return sources{}, time.Time{}, fmt.Errorf("%s: %w", path, errNotBundle)
	}
	var src sources
	for _, f := range b.Files {
		data, err := base64.StdEncoding.DecodeString(f.Data)
		if err != nil {
			return sources{}, time.Time{}, fmt.Errorf("%s: %w", path, err)
		}
		src.files = append(src.files, &source{name: f.Name, data: data})
	}
	src.files = slices.Clip(src.files)
	return src, b.Saved, nil
}

var errNotBundle = errors.New("not a last good policy of this version")

// folderOf returns the folder that a policy's relative paths start from.
func folderOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path
	}
	return filepath.Dir(path)
}
