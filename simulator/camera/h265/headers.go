package h265

import "groundstation/simulator/camera/bitstream"

const (
	nalTrailR = 1
	nalIDR    = 20 // IDR_N_LP: nothing leads it
	nalVPS    = 32
	nalSPS    = 33
	nalPPS    = 34
	nalFiller = 38

	sliceQP = 16 // where one level of a 4×4 DC coefficient is one grey level
	pocBits = 8
)

// wrap gives a NAL unit of the lowest layer and sub-layer (clause 7.3.1.2).
func wrap(w *bitstream.Writer, kind byte) []byte { return w.NAL(kind<<1, 1) }

// profile is profile_tier_level of Main profile (clause 7.3.3).
func profile(w *bitstream.Writer, width, height int) {
	w.Put(0, 2)           // general_profile_space
	w.Flag(false)         // general_tier_flag: Main
	w.Put(1, 5)           // general_profile_idc: Main
	w.Put(0x60000000, 32) // compatible with Main and Main 10
	w.Flag(true)          // general_progressive_source_flag
	w.Flag(false)         // general_interlaced_source_flag
	w.Flag(true)          // general_non_packed_constraint_flag
	w.Flag(true)          // general_frame_only_constraint_flag
	w.Put(0, 32)
	w.Put(0, 12) // 43 reserved bits and general_inbld_flag
	if width*height <= 1280*720 {
		w.Put(93, 8) // general_level_idc: 3.1
	} else {
		w.Put(120, 8) // 4
	}
}

// buffering says that one picture is kept and none waits for another (VPS and SPS).
func buffering(w *bitstream.Writer) {
	w.Flag(true) // sub_layer_ordering_info_present_flag
	w.UE(1)      // max_dec_pic_buffering_minus1
	w.UE(0)      // max_num_reorder_pics
	w.UE(0)      // max_latency_increase_plus1
}

// vps is the video parameter set NAL unit (clause 7.3.2.1).
func vps(width, height int) []byte {
	var w bitstream.Writer
	w.Put(0, 4) // vps_video_parameter_set_id
	w.Put(3, 2) // base layer internal, available
	w.Put(0, 6) // vps_max_layers_minus1
	w.Put(0, 3) // vps_max_sub_layers_minus1
	w.Flag(true)
	w.Put(0xffff, 16)
	profile(&w, width, height)
	buffering(&w)
	w.Put(0, 6)   // vps_max_layer_id
	w.UE(0)       // vps_num_layer_sets_minus1
	w.Flag(false) // vps_timing_info_present_flag
	w.Flag(false) // vps_extension_flag
	w.Trailing()
	return wrap(&w, nalVPS)
}

// sps is the sequence parameter set NAL unit for width × height pixels, both even (clause 7.3.2.2).
func sps(width, height int) []byte {
	var w bitstream.Writer
	w.Put(0, 4)  // sps_video_parameter_set_id
	w.Put(0, 3)  // sps_max_sub_layers_minus1
	w.Flag(true) // sps_temporal_id_nesting_flag
	profile(&w, width, height)
	w.UE(0) // sps_seq_parameter_set_id
	w.UE(1) // chroma_format_idc: 4:2:0
	right, bottom := (16-width%16)%16, (16-height%16)%16
	w.UE(uint32(width + right))
	w.UE(uint32(height + bottom))
	w.Flag(right > 0 || bottom > 0) // conformance_window_flag
	if right > 0 || bottom > 0 {
		w.UE(0)
		w.UE(uint32(right / 2)) // in units of two pixels (4:2:0)
		w.UE(0)
		w.UE(uint32(bottom / 2))
	}
	w.UE(0)           // bit_depth_luma_minus8
	w.UE(0)           // bit_depth_chroma_minus8
	w.UE(pocBits - 4) // log2_max_pic_order_cnt_lsb_minus4
	buffering(&w)
	w.UE(1)       // log2_min_luma_coding_block_size_minus3: 16
	w.UE(0)       // log2_diff_max_min_luma_coding_block_size
	w.UE(0)       // log2_min_luma_transform_block_size_minus2: 4
	w.UE(2)       // log2_diff_max_min_luma_transform_block_size: to 16
	w.UE(2)       // max_transform_hierarchy_depth_inter
	w.UE(0)       // max_transform_hierarchy_depth_intra
	w.Flag(false) // scaling_list_enabled_flag
	w.Flag(false) // amp_enabled_flag
	w.Flag(false) // sample_adaptive_offset_enabled_flag
	w.Flag(false) // pcm_enabled_flag
	w.UE(1)       // num_short_term_ref_pic_sets
	w.UE(1)       // num_negative_pics: the picture before
	w.UE(0)       // num_positive_pics
	w.UE(0)       // delta_poc_s0_minus1
	w.Flag(true)  // used_by_curr_pic_s0_flag
	w.Flag(false) // long_term_ref_pics_present_flag
	w.Flag(false) // sps_temporal_mvp_enabled_flag
	w.Flag(false) // strong_intra_smoothing_enabled_flag
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
	w.Flag(false) // neutral_chroma_indication_flag
	w.Flag(false) // field_seq_flag
	w.Flag(false) // frame_field_info_present_flag
	w.Flag(false) // default_display_window_flag
	w.Flag(false) // vui_timing_info_present_flag
	w.Flag(false) // bitstream_restriction_flag
	w.Flag(false) // sps_extension_present_flag
	w.Trailing()
	return wrap(&w, nalSPS)
}

// pps is the picture parameter set NAL unit (clause 7.3.2.3).
func pps() []byte {
	var w bitstream.Writer
	w.UE(0)       // pps_pic_parameter_set_id
	w.UE(0)       // pps_seq_parameter_set_id
	w.Flag(false) // dependent_slice_segments_enabled_flag
	w.Flag(true)  // output_flag_present_flag
	w.Put(0, 3)   // num_extra_slice_header_bits
	w.Flag(false) // sign_data_hiding_enabled_flag
	w.Flag(false) // cabac_init_present_flag
	w.UE(0)       // num_ref_idx_l0_default_active_minus1
	w.UE(0)       // num_ref_idx_l1_default_active_minus1
	w.SE(sliceQP - 26)
	w.Flag(false) // constrained_intra_pred_flag
	w.Flag(false) // transform_skip_enabled_flag
	w.Flag(false) // cu_qp_delta_enabled_flag
	w.SE(0)       // pps_cb_qp_offset
	w.SE(0)       // pps_cr_qp_offset
	w.Flag(false) // pps_slice_chroma_qp_offsets_present_flag
	w.Flag(false) // weighted_pred_flag
	w.Flag(false) // weighted_bipred_flag
	w.Flag(false) // transquant_bypass_enabled_flag
	w.Flag(false) // tiles_enabled_flag
	w.Flag(false) // entropy_coding_sync_enabled_flag
	w.Flag(false) // pps_loop_filter_across_slices_enabled_flag
	w.Flag(true)  // deblocking_filter_control_present_flag
	w.Flag(false) // deblocking_filter_override_enabled_flag
	w.Flag(true)  // pps_deblocking_filter_disabled_flag
	w.Flag(false) // pps_scaling_list_data_present_flag
	w.Flag(false) // lists_modification_present_flag
	w.UE(0)       // log2_parallel_merge_level_minus2
	w.Flag(false) // slice_segment_header_extension_present_flag
	w.Flag(false) // pps_extension_present_flag
	w.Trailing()
	return wrap(&w, nalPPS)
}

// sliceHeader begins a slice at a coding tree block (clause 7.3.6); addressBits is how many the address takes.
func sliceHeader(w *bitstream.Writer, address, addressBits int, idr bool, poc uint8) {
	w.Flag(address == 0) // first_slice_segment_in_pic_flag
	if idr {
		w.Flag(false) // no_output_of_prior_pics_flag
	}
	w.UE(0) // slice_pic_parameter_set_id
	if address != 0 {
		w.Put(uint32(address), uint(addressBits))
	}
	if idr {
		w.UE(2)       // slice_type: I
		w.Flag(false) // pic_output_flag
	} else {
		w.UE(1)      // slice_type: P
		w.Flag(true) // pic_output_flag
		w.Put(uint32(poc), pocBits)
		w.Flag(true)  // short_term_ref_pic_set_sps_flag
		w.Flag(false) // num_ref_idx_active_override_flag
		w.UE(4)       // five_minus_max_num_merge_cand: one
	}
	w.SE(0) // slice_qp_delta
	w.Trailing()
}
