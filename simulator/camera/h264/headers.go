package h264

const (
	nalSlice = 0x60 | 1 // nal_ref_idc 3: every picture is the reference of the next
	nalIDR   = 0x60 | 5
	nalSPS   = 0x60 | 7
	nalPPS   = 0x60 | 8

	profileBaseline = 66
	constraints     = 0xe0 // constraint_set0..2: constrained baseline
	level31         = 31

	qpLuma         = 28
	chromaQPOffset = -6
	frameNumBits   = 8
)

// sps is the sequence parameter set NAL unit for width × height pixels, both even (clause 7.3.2.1.1).
func sps(width, height int) []byte {
	var w bitWriter
	w.put(profileBaseline, 8)
	w.put(constraints, 8)
	w.put(level31, 8)
	w.ue(0)                // seq_parameter_set_id
	w.ue(frameNumBits - 4) // log2_max_frame_num_minus4
	w.ue(2)                // pic_order_cnt_type: output order is decoding order
	w.ue(1)                // max_num_ref_frames
	w.flag(false)          // gaps_in_frame_num_value_allowed_flag
	mbCols, mbRows := (width+15)/16, (height+15)/16
	w.ue(uint32(mbCols - 1))
	w.ue(uint32(mbRows - 1))
	w.flag(true) // frame_mbs_only_flag
	w.flag(true) // direct_8x8_inference_flag
	right, bottom := mbCols*16-width, mbRows*16-height
	w.flag(right > 0 || bottom > 0)
	if right > 0 || bottom > 0 {
		w.ue(0)
		w.ue(uint32(right / 2)) // in units of two pixels (4:2:0)
		w.ue(0)
		w.ue(uint32(bottom / 2))
	}
	w.flag(true)  // vui_parameters_present_flag
	w.flag(false) // aspect_ratio_info_present_flag
	w.flag(false) // overscan_info_present_flag
	w.flag(true)  // video_signal_type_present_flag
	w.put(5, 3)   // video_format: unspecified
	w.flag(false) // video_full_range_flag
	w.flag(true)  // colour_description_present_flag: BT.709 in all three
	w.put(1, 8)
	w.put(1, 8)
	w.put(1, 8)
	w.flag(false) // chroma_loc_info_present_flag
	w.flag(false) // timing_info_present_flag
	w.flag(false) // nal_hrd_parameters_present_flag
	w.flag(false) // vcl_hrd_parameters_present_flag
	w.flag(false) // pic_struct_present_flag
	w.flag(true)  // bitstream_restriction_flag
	w.flag(true)  // motion_vectors_over_pic_boundaries_flag
	w.ue(0)       // max_bytes_per_pic_denom
	w.ue(0)       // max_bits_per_mb_denom
	w.ue(0)       // log2_max_mv_length_horizontal
	w.ue(0)       // log2_max_mv_length_vertical
	w.ue(0)       // max_num_reorder_frames: a decoder may show each picture at once
	w.ue(1)       // max_dec_frame_buffering
	w.trailing()
	return w.nal(nalSPS)
}

// pps is the picture parameter set NAL unit (clause 7.3.2.2).
func pps() []byte {
	var w bitWriter
	w.ue(0)       // pic_parameter_set_id
	w.ue(0)       // seq_parameter_set_id
	w.flag(false) // entropy_coding_mode_flag: CAVLC
	w.flag(false) // bottom_field_pic_order_in_frame_present_flag
	w.ue(0)       // num_slice_groups_minus1
	w.ue(0)       // num_ref_idx_l0_default_active_minus1
	w.ue(0)       // num_ref_idx_l1_default_active_minus1
	w.flag(false) // weighted_pred_flag
	w.put(0, 2)   // weighted_bipred_idc
	w.se(qpLuma - 26)
	w.se(0) // pic_init_qs_minus26
	w.se(chromaQPOffset)
	w.flag(true)  // deblocking_filter_control_present_flag
	w.flag(false) // constrained_intra_pred_flag
	w.flag(false) // redundant_pic_cnt_present_flag
	w.trailing()
	return w.nal(nalPPS)
}

// sliceHeader begins the only slice of a picture (clause 7.3.3).
func (w *bitWriter) sliceHeader(idr bool, frameNum uint8, idrID uint32) {
	w.ue(0) // first_mb_in_slice
	if idr {
		w.ue(7) // slice_type: all I
	} else {
		w.ue(5) // slice_type: all P
	}
	w.ue(0) // pic_parameter_set_id
	w.put(uint32(frameNum), frameNumBits)
	if idr {
		w.ue(idrID)
		w.flag(false) // no_output_of_prior_pics_flag
		w.flag(false) // long_term_reference_flag
	} else {
		w.flag(false) // num_ref_idx_active_override_flag
		w.flag(false) // ref_pic_list_modification_flag_l0
		w.flag(false) // adaptive_ref_pic_marking_mode_flag
	}
	w.se(0) // slice_qp_delta
	w.ue(1) // disable_deblocking_filter_idc: off
}
