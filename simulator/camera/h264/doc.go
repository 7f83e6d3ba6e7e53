// Package h264 is a small H.264 encoder for pictures that are drawn, not filmed: mosaics of flat 4×4-pixel cells.
//
// A mosaic needs one number per 4×4 block, and H.264 has a macroblock for exactly that: Intra16x16 sends the DC
// coefficients of its sixteen blocks through one Hadamard transform and may leave out everything else. So each
// macroblock is either
//
//	Intra16x16, DC prediction, luma DC only, chroma DC only when not zero     a new or changed macroblock
//	P_Skip                                                                    one whose cells did not change
//
// and text, maps and timecodes cost a few bits per cell instead of the 384 bytes of an I_PCM macroblock. All blocks
// of the reconstructed picture are flat too (deblocking is off), so that the encoder predicts and reconstructs whole cells and never
// touches a pixel.
//
// The stream is constrained baseline, level 3.1 (profile-level-id 42e01f; level 4 above 1280×720): CAVLC, one reference
// picture, output order equal to decoding order (POC type 2, no reordering, so no decoder delay). Widths and heights
// that are no multiple of 16 are cropped in the SPS. QP is 28 for luma and 22 for chroma: there the dequantised DC step
// is exactly one grey level, so flat macroblocks are exact and cells of a detailed one are off by a few levels.
//
// Source: ITU-T H.264 (08/2021), clauses 7.3 (syntax), 8.3.3 and 8.3.4 (intra prediction), 8.5.2 and 8.5.4 (DC
// transforms), 9.2 (CAVLC, tables 9-5 to 9-10).
package h264
