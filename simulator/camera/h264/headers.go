package h264

const (
	nalSlice  = 0x60 | 1 // nal_ref_idc 3: every picture is the reference of the next
	nalIDR    = 0x60 | 5
	nalSPS    = 0x60 | 7
	nalPPS    = 0x60 | 8
	nalFiller = 12

	profileBaseline = 66
	constraints     = 0xe0 // constraint_set0..2: constrained baseline
	level31         = 31
	level40         = 40

	qpLuma         = 28
	chromaQPOffset = -6
	frameNumBits   = 8
)

// sps is the sequence parameter set NAL unit for width × height pixels, both even (clause 7.3.2.1.1).
func sps(width, height int) []byte {
	var w bitWriter
	w.Put(profileBaseline, 8)
	w.Put(constraints, 8)
	if width*height <= 1280*720 {
		w.Put(level31, 8)
	} else {
		w.Put(level40, 8)
	}
	w.UE(0)                // seq_parameter_set_id
	w.UE(frameNumBits - 4) // log2_max_frame_num_minus4
	w.UE(2)                // pic_order_cnt_type: output order is decoding order
	w.UE(1)                // max_num_ref_frames
	w.Flag(false)          // gaps_in_frame_num_value_allowed_flag
	mbCols, mbRows := (width+15)/16, (height+15)/16
	w.UE(uint32(mbCols - 1))
	w.UE(uint32(mbRows - 1))
	w.Flag(true) // frame_mbs_only_flag
	w.Flag(true) // direct_8x8_inference_flag
	right, bottom := mbCols*16-width, mbRows*16-height
	w.Flag(right > 0 || bottom > 0)
	if right > 0 || bottom > 0 {
		w.UE(0)
		w.UE(uint32(right / 2)) // in units of two pixels (4:2:0)
		w.UE(0)
		w.UE(uint32(bottom / 2))
	}
	w.Flag(true)  // vui_parameters_present_flag
	w.Flag(false) // aspect_ratio_info_present_flag
	w.Flag(false) // overscan_info_present_flag
	w.Flag(true)  // video_signal_type_present_flag
	w.Put(5, 3)   // video_format: unspecified
	w.Flag(false) // video_full_range_flag
	w.Flag(true)  // colour_description_present_flag: BT.709 in all three
	w.Put(1, 8)
	w.Put(1, 8)
	w.Put(1, 8)
	w.Flag(false) // chroma_loc_info_present_flag
	w.Flag(false) // timing_info_present_flag
	w.Flag(false) // nal_hrd_parameters_present_flag
	w.Flag(false) // vcl_hrd_parameters_present_flag
	w.Flag(false) // pic_struct_present_flag
	w.Flag(true)  // bitstream_restriction_flag
	w.Flag(true)  // motion_vectors_over_pic_boundaries_flag
	w.UE(0)       // max_bytes_per_pic_denom
	w.UE(0)       // max_bits_per_mb_denom
	w.UE(0)       // log2_max_mv_length_horizontal
	w.UE(0)       // log2_max_mv_length_vertical
	w.UE(0)       // max_num_reorder_frames: a decoder may show each picture at once
	w.UE(1)       // max_dec_frame_buffering
	w.Trailing()
	return w.NAL(nalSPS)
}

// pps is the picture parameter set NAL unit (clause 7.3.2.2).
func pps() []byte {
	var w bitWriter
	w.UE(0)       // pic_parameter_set_id
	w.UE(0)       // seq_parameter_set_id
	w.Flag(false) // entropy_coding_mode_flag: CAVLC
	w.Flag(false) // bottom_field_pic_order_in_frame_present_flag
	w.UE(0)       // num_slice_groups_minus1
	w.UE(0)       // num_ref_idx_l0_default_active_minus1
	w.UE(0)       // num_ref_idx_l1_default_active_minus1
	w.Flag(false) // weighted_pred_flag
	w.Put(0, 2)   // weighted_bipred_idc
	w.SE(qpLuma - 26)
	w.SE(0) // pic_init_qs_minus26
	w.SE(chromaQPOffset)
	w.Flag(true)  // deblocking_filter_control_present_flag
	w.Flag(false) // constrained_intra_pred_flag
	w.Flag(false) // redundant_pic_cnt_present_flag
	w.Trailing()
	return w.NAL(nalPPS)
}

// sliceHeader begins a slice at a macroblock (clause 7.3.3).
func (w *bitWriter) sliceHeader(first int, idr bool, frameNum uint8, idrID uint32) {
	w.UE(uint32(first)) // first_mb_in_slice
	if idr {
		w.UE(7) // slice_type: all I
	} else {
		w.UE(5) // slice_type: all P
	}
	w.UE(0) // pic_parameter_set_id
	w.Put(uint32(frameNum), frameNumBits)
	if idr {
		w.UE(idrID)
		w.Flag(false) // no_output_of_prior_pics_flag
		w.Flag(false) // long_term_reference_flag
	} else {
		w.Flag(false) // num_ref_idx_active_override_flag
		w.Flag(false) // ref_pic_list_modification_flag_l0
		w.Flag(false) // adaptive_ref_pic_marking_mode_flag
	}
	w.SE(0) // slice_qp_delta
	w.UE(1) // disable_deblocking_filter_idc: off
}
