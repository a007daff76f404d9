package command_test

var protectedFiles = []protectedTest{
	{name: "file-block", refused: []string{
		"app playback {a=b", "app record_session {a=b/x.wav", "api uuid_record u1 start {a=b/x.wav", "app playback {a=b}{c=d",
		"app set hold_music={a=b/x.wav",
	}, passes: []string{"app playback {a=b}x.wav", "app playback x{.wav", "app set note={a=b"}},
	{name: "file-ending", refused: []string{
		"app playback x.file", "app playback /tmp/x.file_string", "app record /tmp/x.http", "api uuid_record u1 start /tmp/x.https",
		"app playback {a=b}/tmp/x.file", "app playback http://h/x.file?y=1", "app playback http://(ext=file)h/x.wav",
		"app playback http_cache://h/x.file", "app playback file:///tmp/x%2efile", "app playback file:///tmp/x.fil%65%00.wav", "app playback file_string://a.wav!x.file!b.wav",
		"api conference c play /tmp/x.file", "api conference c recording start /tmp/x.file", "app play_and_get_digits 1 2 3 4 # a.wav x.file v",
		"app loop_playback +3 x.file", "app play_and_detect_speech x.file detect:pocketsphinx {a=b}g", "app set hold_music=/tmp/x.file",
		"api uuid_broadcast u1 /tmp/x.file", "api uuid_setvar u1 ringback /tmp/x.file", "api originate {ringback=/tmp/x.file}user/1 9",
		"app fifo q in undef x.file", "app fifo q in x.file", "app displace_session x.file", "app valet_park lot ask 1 2 3 x.file", "app soft_hold * a.wav x.file",
		"app set fifo_chime_list=ARRAY::a.wav|:x.file",
	}, passes: []string{
		"app playback x.file.wav", "app playback /tmp/x.files", "app playback /tmp/my.file/x.wav", "app playback http://h/x.wav",
		"app record /tmp/x.wav", "app set note=x.file", "app playback tone_stream://%(200,100,350)", "app playback file", "app playback http",
		"app playback x.FILE", "app log INFO x.file",
	}, topOnly: true},
	{name: "file-nesting", refused: []string{
		"app playback " + times("file_string://", 5) + "a.wav", "app playback file_string://b.wav!" + times("file_string://", 4) + "a.wav",
		"app playback file_string://file_st'ri'ng://file_string://file_string://a.wav",
		"api uuid_setvar u1 hold_music " + times("file_string://", 15) + "a.wav",
	}, passes: []string{
		"app playback file_string://a.wav!b.wav!http://h/c.wav", "app playback file_string://file_string://a.wav",
		"app playback file_string://" + times("a.wav!", 100) + "a.wav",
	}},
	{name: "file-stream-name", refused: []string{
		"app playback /tmp/sounds/" + times("A", 89) + "://x", "api uuid_record u1 start " + times("A", 101) + "://x",
		"api conference c play " + times("A", 500) + "://x", "app playback {a=b}" + times("A", 101) + "://x",
		"app playback file_string://a.wav!" + times("A", 101) + "://x", "app set hold_music=" + times("A", 101) + "://x",
	}, passes: []string{
		"app playback " + times("A", 100) + "://x", "app playback /tmp/" + times("A", 300) + ".wav",
		"app playback http://h/" + times("A", 300) + ".wav?u=http://x", "app set note=" + times("A", 101) + "://x",
	}},
	{name: "tone-file", refused: []string{
		"app playback tone_stream://path=/dev/zero", "app playback tone_stream://PATH=x.ttml", "app playback tone_stream://path=/tmp/../dev/zero;loops=2",
		"app playback file_string://a.wav!tone_stream://path=/proc/self/fd/0", "app set ringback=tone_stream://path=/dev/zero",
	}, passes: []string{"app playback tone_stream://path=/etc/freeswitch/tetris.ttml;loops=10", "app playback tone_stream://path=${conf_dir}/tetris.ttml"}},
	{name: "tone-length", refused: []string{
		"app gentones l=-1;%(100,0,440)", "app playback tone_stream://l=-1;%(100,0,440)", "app playback tone_stream://L=10001;%(1,1,440)",
		"app gentones %(100000000,0,440)", "app gentones d=100000000;1", "app gentones w=9999999;1", "app gentones L=1000;l=1000;%(1000,0,440)",
		"app gentones r=1000000;%(100,0,440)", "app gentones c=9;%(100,0,440)", "app gentones L=100;" + times("1", 1001),
		"app set ringback=l=-1;%(100,0,440)", "api originate {^^:transfer_ringback=l=-1;%(100,0,440)}user/1 9",
		"app gentones l=100000;%(0,0,440)|3", "app playback /tmp/;l=-1;%(1,1,440).tone_stream",
	}, passes: []string{
		"app gentones %(2000,4000,440,480)|-1", "app playback tone_stream://%(2000,4000,440,480);loops=-1", "app set ringback=%(2000,4000,440.0,480.0)",
		"app gentones L=100;%(2000,4000,440)", "app gentones v=-7;>=2;+=.1;%(1000,0,640)", "app gentones l=10;%(100,100,440)", "app gentones 12345#*",
		"app set ringback=silence:1400", "app set ringback=/tmp/ring.wav", "app set note=l=-1;%(1,1,1)", "app playback silence_stream://-1",
	}, topOnly: true},
}

var protectedApps = []protectedTest{
	{name: "app-argument", refused: []string{
		"app bgsystem", "app capture_video", "app deflect", "app digit_action_set_realm", "app fsk_display", "app loop_playback",
		"app msrp_send_file", "app play_video", "app preprocess", "app record_session_mask", "app record_session_pause",
		"app record_session_resume", "app record_session_unmask", "app stop_displace_session", "app stop_record_session", "app system",
	}, passes: []string{
		"app answer", "app deflect sip:a@b", "app loop_playback a.wav", "app stop_record_session all", "app system id", "app preprocess agc",
		"app record_session_mask /a.wav", "app playback",
	}},
	{name: "detect-speech", refused: []string{"app detect_speech init", "app detect_speech Grammar", "app detect_speech param a"},
		passes: []string{"app detect_speech init pocketsphinx", "app detect_speech pause", "app detect_speech pocketsphinx yes /g", "app detect_speech"}},
	{name: "digit-count", refused: []string{
		"app read 1 101 a.wav v 5000 #", "app read 128 1 a.wav v 5000 #", "app play_and_get_digits 1 9999999999 3 5000 # a.wav b.wav v",
		"app valet_park lot ask 1 200", "app set valet_ext_max=200",
	}, passes: []string{
		"app read 1 100 a.wav v 5000 #", "app play_and_get_digits 1 20 3 500000 # a.wav b.wav v", "app valet_park lot ask 1 11 10000",
		"app set valet_ext_max=11", "app read -1 -1 a.wav v 5000 #",
	}, topOnly: true},
	{name: "picture-size", refused: []string{"app play_yuv /a.yuv 4097 1", "app play_yuv /a.yuv 1 -1", "app play_yuv /a.yuv 65536 65536"},
		passes: []string{"app play_yuv /a.yuv 352 288", "app play_yuv /a.yuv", "app play_yuv /a.yuv 4096 2304 10"}},
	{name: "tone-frequencies", refused: []string{
		"app tone_detect k 1" + times(",2", 16), "api tone_detect u1 k 1" + times(",2", 16) + " r +5 hangup",
	}, passes: []string{"app tone_detect k 1" + times(",2", 15), "api tone_detect u1 k 1100 r +5 hangup x," + times(",2", 16)}},
	{name: "valet-range", refused: []string{
		"app valet_park lot auto out 1 2147483647", "app valet_park lot AUTO in 1 10002", "app valet_park lot auto in 1 0",
		"app valet_park lot auto out 2147483640 99999999999", "app valet_park lot auto out -20000 1",
	}, passes: []string{"app valet_park lot auto in 8501 8599", "app valet_park lot 8501", "app valet_park lot auto in", "app valet_park lot ask 1 11"}},
}
