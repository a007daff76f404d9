package policyfile

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// maxExposed is the most files and folders that ExposureWarnings names. It counts the rest.
const maxExposed = 10

// ExposureWarnings returns warnings about the files of the policy at path and about the files with
// its upstreams' passwords: those that others may write, since they could allow anything to anyone,
// and those with passwords or hashes that everyone may read. It returns nil if nothing is wrong.
// Files that do not exist or cannot be examined are left out; reading them reports that.
func ExposureWarnings(path string, pol *policy.Policy) []string {
	var warnings []string
	add := func(w string) {
		if w != "" && !slices.Contains(warnings, w) {
			warnings = append(warnings, w)
		}
	}
	const hashes = "the hashes of the clients' passwords"
	secret := pol.FilesWithHashes()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		add(Writable("the policy's folder", path))
		for _, name := range pol.Summary().Files {
			add(Writable("the policy's file", filepath.Join(path, name)))
			if slices.Contains(secret, name) {
				add(readable("the policy's file", filepath.Join(path, name), hashes))
			}
		}
	} else {
		add(Writable("the policy's file", path))
		if len(secret) > 0 {
			add(readable("the policy's file", path, hashes))
		}
		add(Replaceable("the policy's folder", filepath.Dir(path)))
	}
	upstreams := pol.Upstreams()
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		if file := upstreams[name].PasswordFile(); file != "" {
			add(Writable("the password's file of the upstream "+console.Shown(name), file))
			add(readable("the password's file of the upstream "+console.Shown(name), file, "the switch's own password"))
			add(Replaceable("the folder of the password of the upstream "+console.Shown(name), filepath.Dir(file)))
		}
	}
	if more := len(warnings) - maxExposed; more > 0 {
		return append(slices.Clip(warnings[:maxExposed]), fmt.Sprintf("others may write or read %d more of the policy's files", more))
	}
	return warnings
}

// Writable returns a warning that others may write the file or folder at path, which the warning
// calls what. It returns "" if they may not, or if path cannot be examined.
func Writable(what, path string) string { return exposed(what, path, othersMayWrite) }

// Replaceable returns a warning that others may replace files in the folder at path, which the
// warning calls what. It returns "" if they may not, or if path cannot be examined.
func Replaceable(what, path string) string { return exposed(what, path, othersMayReplace) }

func exposed(what, path string, may func(fs.FileInfo) bool) string {
	info, err := os.Stat(path)
	if err != nil || !may(info) {
		return ""
	}
	return fmt.Sprintf("others may write %s, %s (mode %04o; chmod go-w keeps them out)", what, console.Shown(path), info.Mode().Perm())
}

// readable returns a warning that everyone on this host may read the file at path, and so secret.
// It returns "" if they may not.
func readable(what, path, secret string) string {
	info, err := os.Stat(path)
	if err != nil || !othersMayRead(path, info) {
		return ""
	}
	return fmt.Sprintf("everyone may read %s, %s, and so %s (mode %04o; chgrp it to the group that eslguard runs as, then chmod o-r keeps the others out)",
		what, console.Shown(path), secret, info.Mode().Perm())
}
