// Not under the race detector: net/http, crypto/tls and what they need take it half a minute to compile.
// What HTTP does with connections and listeners, tunnel_test.go does without it.

//go:build !race

package sshrpc_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestDialHTTP(t *testing.T) {
	leavesNothing(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %d", r.URL.Path, len(body))
	}))
	t.Cleanup(server.Close)
	transport := &http.Transport{DialContext: dialed(t).DialContext}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	for i := 0; i < 3; i++ {
		response, err := client.Post(server.URL+"/path", "", bytes.NewReader(make([]byte, 1<<20)))
		ok(t, err)
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if string(body) != "/path 1048576" || err != nil {
			t.Fatalf("%s, %v", body, err)
		}
	}
}

func TestListenHTTP(t *testing.T) {
	leavesNothing(t)
	session := dialed(t)
	listener, err := session.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	served := make(chan error, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hi") })}
	go func() { served <- server.Serve(listener) }()
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Get("http://" + listener.Addr().String())
	ok(t, err)
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if string(body) != "hi" || err != nil {
		t.Errorf("%s, %v", body, err)
	}
	server.Close()
	<-served
}
