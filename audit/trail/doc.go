// Package trail reads what package audit has written. It finds the segments of a folder, plain or
// compressed, reads their records in order, follows a log that is still being written, and verifies
// the chain. The documentation of package audit says what a folder contains and how its records are
// linked.
//
// # Verifying
//
// [Verify] shares names and sizes with the writer and nothing else. It computes the chain, the keys
// and the MACs with code of its own, from the written format, so that an error in the writer does
// not hide in the reader.
//
// Each segment is checked by itself, several at a time: its head has the hash with which the chain
// continues, every line must follow from the one before, and the sequence must have no gaps except
// declared ones. Then the segments are compared with each other, and with checkpoints and
// retirements. After an error the check continues with the next line and trusts the hash that is
// there, so that one changed record gives one finding, and not one for each record after it.
//
// The findings are:
//
//	changed     a record, or its hash, is not what was written
//	removed     records are missing, and nothing declares it
//	order       a record is in the wrong place: it was moved or inserted
//	segment     a whole segment is missing, or is not one
//	mac         a record was not written by the run that it claims
//	cut-off     a checkpoint names a record after the last one
//	checkpoint  a checkpoint names a record that has another hash here; or a checkpoint is
//	            missing, was changed or is in the wrong place
//	damaged     a line or a file cannot be read at all
//
// There are also warnings, such as fast: segments were retired because of their size when their
// last record was younger than audit.FastRetirement, a day. Someone may have caused many records to
// have them deleted.
//
// The hash chain detects changes unless the attacker computes it again. The MACs detect that too,
// given the recipient's identity; so do checkpoints that were copied from the host.
//
// That a checkpoint is missing shows in the number and the link of the next one, in the heads of
// later segments, at the end of a run with a signer, which has one, and in a copy. If the last
// checkpoints were removed together with all records after the one before them, nothing in the
// folder shows it. Report.Proven is the record up to which the given keys and copies prove
// something. What comes after it follows from it, and could have been cut off or rewritten.
//
// # What is believed
//
// A head that declares a failed sync, and a record that retires others, are lines like any other:
// anyone who can write to the folder can append them. They are believed as far as that does no
// harm:
//
//   - A failed sync explains records that are missing at the end of a segment, and bytes there that
//     the disk did not keep. These are warnings (declared). It does not explain a hash that does
//     not match, nor anything at the head of the segment or at a record that a checkpoint is about.
//     The head of a start explains nothing. With a verifier or a copied checkpoint, nothing after
//     the gap is proven until a checkpoint covers the head that declares it. Records before the gap
//     that no earlier checkpoint proves are not proven by a later one, which is a warning.
//   - With a verifier, records and recordings may be gone only if a valid checkpoint covers the
//     record that retired them. A copied checkpoint whose record is gone without such a proof is a
//     problem. With other copies, or an identity alone, the missing proof is a warning. Without any
//     of them, the record is believed.
//   - A run without a signer after one with a signer is a warning.
//
// # Reading
//
// [Read] and [Follow] take a folder or a plain file, and verify nothing. A line is decoded only if
// its bytes do not show already that the [Filter] does not match it. The texts of a record may be
// hostile: quote them before they are printed.
package trail
