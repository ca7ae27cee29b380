// Go's x/crypto/ssh as a peer: see ../../README.md for what is read and answered. It has no transfer of
// files of its own: get and put are cat, which is what a program without another library does, and
// what has to do with trees and folders is pkg/sftp's.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

var warm *ssh.Client
var files *sftp.Client

// Files on their way at once.
const atOnce = 64

func connect() (*ssh.Client, error) {
	text, err := os.ReadFile(os.Getenv("BENCH_KEY"))
	if err != nil {
		return nil, err
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{
		User:            os.Getenv("BENCH_USER"),
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	}
	return ssh.Dial("tcp", net.JoinHostPort(os.Getenv("BENCH_HOST"), os.Getenv("BENCH_PORT")), config)
}

func run(client *ssh.Client, command string) (string, error) {
	session, err := client.NewSession()
	if err != nil {
		return "", err
	}
	defer session.Close()
	output, err := session.Output(command)
	return string(output), err
}

func execute(count int, command string) error {
	for n := 0; n < count; n++ {
		if _, err := run(warm, command); err != nil {
			return err
		}
	}
	return nil
}

func parallel(count int, command string) error {
	failures := make([]error, count)
	var all sync.WaitGroup
	for n := range failures {
		all.Add(1)
		go func(n int) {
			defer all.Done()
			_, failures[n] = run(warm, command)
		}(n)
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

func get(remote, local string) error {
	file, err := os.Create(local)
	if err != nil {
		return err
	}
	defer file.Close()
	session, err := warm.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	session.Stdout = file
	return session.Run("cat '" + remote + "'")
}

func put(local, remote string) error {
	file, err := os.Open(local)
	if err != nil {
		return err
	}
	defer file.Close()
	session, err := warm.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	session.Stdin = file
	return session.Run("cat > '" + remote + "'")
}

func open() (err error) {
	if warm, err = connect(); err != nil {
		return err
	}
	files, err = sftp.NewClient(warm, sftp.UseConcurrentReads(true), sftp.UseConcurrentWrites(true))
	return err
}

func getFile(remote, local string) error {
	from, err := files.Open(remote)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(local)
	if err != nil {
		return err
	}
	defer to.Close()
	_, err = from.WriteTo(to)
	return err
}

func putFile(local, remote string) error {
	from, err := os.Open(local)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := files.Create(remote)
	if err != nil {
		return err
	}
	if _, err = to.ReadFrom(from); err != nil {
		return err
	}
	return to.Close()
}

// each runs work for all of them, atOnce at a time.
func each(names []string, work func(name string) error) error {
	places := make(chan struct{}, atOnce)
	failures := make(chan error, len(names))
	for _, name := range names {
		places <- struct{}{}
		go func(name string) {
			failures <- work(name)
			<-places
		}(name)
	}
	for range names {
		if err := <-failures; err != nil {
			return err
		}
	}
	return nil
}

func getFiles(remote, local string) error {
	if found, err := files.Stat(remote); err != nil || !found.IsDir() {
		return getFile(remote, local)
	}
	if err := os.Mkdir(local, 0o777); err != nil {
		return err
	}
	found, err := files.ReadDir(remote)
	if err != nil {
		return err
	}
	names := make([]string, len(found))
	for n, info := range found {
		names[n] = info.Name()
	}
	return each(names, func(name string) error { return getFile(remote+"/"+name, local+"/"+name) })
}

func putFiles(local, remote string) error {
	if found, err := os.Stat(local); err != nil || !found.IsDir() {
		return putFile(local, remote)
	}
	if err := files.Mkdir(remote); err != nil {
		return err
	}
	found, err := os.ReadDir(local)
	if err != nil {
		return err
	}
	names := make([]string, len(found))
	for n, entry := range found {
		names[n] = entry.Name()
	}
	return each(names, func(name string) error { return putFile(local+"/"+name, remote+"/"+name) })
}

func list(remote, count string) error {
	found, err := files.ReadDir(remote)
	if err == nil && strconv.Itoa(len(found)) != count {
		err = fmt.Errorf("%d entries", len(found))
	}
	return err
}

// forward listens at a port, and has the server connect to one of 127.0.0.1.
func forward(port, to string) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer near.Close()
				far, err := warm.Dial("tcp", net.JoinHostPort("127.0.0.1", to))
				if err != nil {
					return
				}
				defer far.Close()
				done := make(chan struct{})
				go func() {
					io.Copy(far, near)
					far.(interface{ CloseWrite() error }).CloseWrite()
					close(done)
				}()
				io.Copy(near, far)
				near.(*net.TCPConn).CloseWrite()
				<-done
			}()
		}
	}()
	return nil
}

func first(command string) (afterwards func() error, err error) {
	client, err := connect()
	if err != nil {
		return nil, err
	}
	output, err := run(client, command)
	if err == nil && output != "ready" {
		err = errors.New("not ready")
	}
	return client.Close, err
}

func work(name string, arguments []string) (afterwards func() error, err error) {
	switch name {
	case "open":
		err = open()
	case "getfiles":
		err = getFiles(arguments[0], arguments[1])
	case "putfiles":
		err = putFiles(arguments[0], arguments[1])
	case "list":
		err = list(arguments[0], arguments[1])
	case "exec", "parallel":
		var count int
		if count, err = strconv.Atoi(arguments[0]); err != nil {
			return nil, err
		}
		if name == "exec" {
			err = execute(count, arguments[1])
		} else {
			err = parallel(count, arguments[1])
		}
	case "first":
		return first(arguments[0])
	case "get":
		err = get(arguments[0], arguments[1])
	case "local":
		err = forward(arguments[0], arguments[1])
	case "put":
		err = put(arguments[0], arguments[1])
	default:
		err = errors.New("no such work")
	}
	return nil, err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		afterwards, err := work(words[0], words[1:])
		if err != nil {
			fmt.Println("error", err)
		} else {
			fmt.Println("ok")
		}
		if afterwards != nil {
			afterwards()
		}
	}
}
