package proxy

func (s *Server) logStream(upstream string, err error) {}
