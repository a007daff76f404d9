// Package trail reads what package audit has written: it finds the segments of a folder, plain or
// compressed, reads their records in order, follows a log that is still being written, and verifies the
// chain. What a folder holds and how its records hang together is said by package audit.
//
// # Verifying
//
// [Verify] shares names and sizes with the writer and nothing else: the chain, the ratchet and the MAC are
// worked out here a second time, from the written format, so that an error in one does not hide in both.
//
// Each segment is checked by itself, several at a time: its head says where the chain stands, every line
// must follow from the one before, and the sequence must leave no gap but those that are declared.
// Then the segments are held against each other, and checkpoints and retirements against them. After
// a break the check goes on from the next line, taking the hash that stands there for given, so that one changed
// record is one finding and not the whole rest of the folder.
//
// What is found:
//
//	changed     a record, or its hash, is not what was written
//	removed     records are missing, declared nowhere
//	order       a record stands where it does not belong: moved, or put in
//	segment     a whole segment is missing, or is not one
//	mac         a record was not written by the run that it pretends to be of
//	cut-off     a checkpoint names a record that is behind the end
//	checkpoint  a checkpoint names a record that is here, with another hash; or a checkpoint is
//	            missing, was changed, or stands where it does not belong
//	damaged     a line or a file that cannot be read at all
//
// Beside these there are warnings, such as fast: segments were retired for the size of all when
// their last record was younger than audit.FastRetirement, a day. Someone may have written much to
// have them deleted.
//
// The chain alone shows what was changed by someone who did not work it out anew. Against someone who
// did stand the MACs, for who has the recipient's identity, and checkpoints that were copied off the host.
//
// That a checkpoint is missing is told by the number and the link of the next one, by the heads of
// later segments, by the end of a run that signs, which has one, and by a copy. Where the last
// checkpoints were dropped, and with them all records after the one before, nothing in the folder
// tells of it. Report.Proven is the record up to which what was handed in proves something; what
// comes after it follows from it, and could have been cut off or written anew.
//
// # What is believed
//
// A head that declares a failed sync, and a record that retires others, are lines like any other:
// who can write to the folder can append them. They are believed as far as this can do no harm:
//
//   - A failed sync explains records that are missing at the end of a segment, and bytes there that
//     the disk did not keep. These are warnings (declared). It explains no hash that does not fit,
//     and nothing that reaches down to the head of the segment or to a record that a checkpoint is
//     about. The head of a start explains nothing. With a verifier or a copied checkpoint, nothing
//     is proven beyond such a gap until a checkpoint covers the head that declares it. Records
//     before the gap that no earlier checkpoint proves are not proven by a later one, which is a
//     warning.
//   - With a verifier, records and recordings may be gone only where a good checkpoint covers the
//     record that retired them. A copied checkpoint whose record is gone without such a proof is a
//     problem. Other copies, or an identity alone, lead to a warning that the proof is missing.
//     With nothing handed in, the record is believed.
//   - A run without a signer after one that has a signer is a warning.
//
// # Reading
//
// [Read] and [Follow] take a folder or a plain file, and check nothing. Lines are decoded only when
// their bytes do not rule out already that the [Filter] wants them. The texts of a record may be
// hostile: whoever prints them quotes them.
package trail
