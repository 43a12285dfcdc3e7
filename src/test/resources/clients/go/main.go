// Runs one client: gorilla (WebSocket), or nethttp (Server-Sent Events, which have no deflate).
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

type message struct {
	Type      string
	Session   string
	Offset    string
	Recovered bool
	Code      int
	Data      struct{ N int }
}

// connection gives the next message, or the code of the close; lastID is the offset to resume after.
type connection interface {
	next() (message, int)
	leave()
	extension() string
}

var client, ws, base, token, admin, stream, mode string

func expect(actual, expected any) {
	if actual != expected {
		fmt.Fprintf(os.Stderr, "expected %v, was %v\n", expected, actual)
		os.Exit(1)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func call(method, path string, body any) int {
	text, err := json.Marshal(body)
	check(err)
	request, err := http.NewRequest(method, base+path, bytes.NewReader(text))
	check(err)
	if body == nil {
		request.Body, request.ContentLength = http.NoBody, 0
	}
	request.Header.Set("Authorization", "Bearer "+admin)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	check(err)
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode
}

func publish(n int) {
	data := map[string]any{"n": n, "filler": strings.Repeat("x", 2000)}
	event := map[string]any{"type": "note", "data": data}
	expect(call("POST", "/api/v1/streams/"+stream+"/events", event), 201)
}

type gorilla struct {
	socket     *websocket.Conn
	extensions string
}

func dial(since string) connection {
	dialer := websocket.Dialer{
		EnableCompression: mode == "deflate",
		Subprotocols:      []string{"boardcast.v1", "bearer." + token},
	}
	topics := stream
	if since != "" {
		topics = ""
	}
	socket, response, err := dialer.Dial(ws+"/ws?topics="+topics, nil)
	check(err)
	expect(socket.Subprotocol(), "boardcast.v1")
	if since != "" {
		topic := map[string]string{"topic": stream, "since": since}
		check(socket.WriteJSON(map[string]any{"type": "subscribe", "topics": []any{topic}}))
	}
	return &gorilla{socket, response.Header.Get("Sec-WebSocket-Extensions")}
}

func (g *gorilla) next() (m message, code int) {
	g.socket.SetReadDeadline(time.Now().Add(20 * time.Second))
	err := g.socket.ReadJSON(&m)
	if closed, ok := err.(*websocket.CloseError); ok {
		return m, closed.Code
	}
	check(err)
	return m, 0
}

func (g *gorilla) leave() {
	text := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	check(g.socket.WriteControl(websocket.CloseMessage, text, time.Now().Add(time.Second)))
	_, code := g.next()
	expect(code, websocket.CloseNormalClosure)
	g.socket.Close()
}

func (g *gorilla) extension() string { return g.extensions }

type events struct {
	body  io.ReadCloser
	lines *bufio.Reader
}

func follow(since string) connection {
	request, err := http.NewRequest("GET", base+"/api/v1/stream?topics="+stream, nil)
	check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	if since != "" {
		request.Header.Set("Last-Event-ID", since)
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	expect(response.StatusCode, 200)
	return &events{response.Body, bufio.NewReader(response.Body)}
}

func (e *events) next() (m message, code int) {
	for {
		line, err := e.lines.ReadString('\n')
		check(err)
		if strings.HasPrefix(line, "data: ") {
			check(json.Unmarshal([]byte(line[len("data: "):]), &m))
			return m, m.Code
		}
	}
}

func (e *events) leave() { e.body.Close() }

func (e *events) extension() string { return "" }

func main() {
	client, ws, base, token, admin, stream, mode =
		os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6], os.Args[7]
	connect := map[string]func(string) connection{"gorilla": dial, "nethttp": follow}[client]
	time.AfterFunc(40*time.Second, func() { expect("too late", "in time") })

	first := connect("")
	m, _ := first.next()
	expect(m.Type, "connection_ack")
	m, _ = first.next()
	expect(m.Type, "subscribed")
	publish(1)
	event, _ := first.next()
	expect(event.Data.N, 1)
	first.leave()
	publish(2)

	second := connect(event.Offset)
	m, _ = second.next()
	session := m.Session
	m, _ = second.next()
	expect(m.Recovered, true)
	m, _ = second.next()
	expect(m.Data.N, 2)
	expect(call("DELETE", "/api/v1/admin/sessions/"+session, nil)/100, 2)
	_, code := second.next()
	expect(code, 4403)
	expect(strings.Contains(second.extension(), "permessage-deflate"), mode == "deflate")
	fmt.Println("passed", second.extension())
}
