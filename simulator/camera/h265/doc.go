// Package h265 is a small H.265 encoder for pictures that are drawn, not filmed: mosaics of flat 4×4-pixel cells.
//
// The residual of a flat cell is one DC coefficient of a 4×4 cosine transform, which H.265 has in inter blocks only: an
// intra block of that size is transformed by sines, and its prediction is smoothed at the edges. So nothing is predicted
// within a picture. A key picture is two access units: an IDR picture of one grey, always the same few bytes and not for
// output (pic_output_flag 0), and at once a P picture that changes the grey into what is to be seen. Each coding unit
// is 16×16 pixels and either
//
//	skipped                          nothing in it changed
//	merged, motion zero, residual    one DC coefficient for all of it, for each 8×8 or for each 4×4 that changed
//
// At QP 16 a step of the DC coefficient of a 4×4 transform is one grey level exactly, of an 8×8 a half and of a 16×16 a
// quarter: every cell is reproduced exactly, and nothing drifts. With loop filters off all is flat and the encoder
// never touches a pixel.
//
// The stream is Main profile, level 3.1 (4 above 1280×720), coding tree blocks of 16×16 without quadtree, one reference
// picture, no reordering. Widths and heights that are no multiple of 16 are cropped in the SPS.
//
// Source: ITU-T H.265 (08/2021), clauses 7.3 (syntax), 8.6 (scaling, transforms), 9.3 (CABAC: tables 9-5 to 9-37, 9-52,
// 9-53).
package h265
