"""An endpoint on loopback that speaks the chat completions protocol, and misbehaves as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Behaviour:
    """What is done about one request. `kind`: `answer`; `error` with a `status`; `text`, which is no JSON;
    `json`, whatever `body` is; `cut`, which ends half-way; `mute`, which closes without a word.
    """

    kind: str = "answer"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay: float = 0.0
    finish: str | None = "stop"
    usage: Any = "counted"


class Server:
    """Answers each request by `answer` of its prompt, unless `behave` says otherwise for the number of the
    request and the prompt. Keeps what was sent to it.
    """

    def __init__(
        self,
        answer: Callable[[str], str],
        behave: Callable[[int, str], Behaviour] = lambda number, prompt: Behaviour(),
    ) -> None:
        self.answer = answer
        self.behave = behave
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.now = self.most = 0
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        """Stop to listen, to wait, and to talk."""
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, request: dict[str, Any], headers: dict[str, str]) -> Behaviour:
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            self.now += 1
            self.most = max(self.most, self.now)
            return self.behave(len(self.requests), prompt_of(request))

    def leave(self) -> None:
        with self._lock:
            self.now -= 1


def prompt_of(request: dict[str, Any]) -> str:
    (message,) = request["messages"]
    assert message["role"] == "user"
    content = message["content"]
    assert isinstance(content, str)
    return content


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no matter."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 0.5  # an idle connection, so that the end does not wait for it

        def do_POST(self) -> None:
            assert self.path.partition("?")[0] == "/v1/chat/completions"
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            behaviour = server.take(request, {name.lower(): value for name, value in self.headers.items()})
            try:
                server.over.wait(behaviour.delay)
                self.act(behaviour, request)
            finally:
                server.leave()

        def act(self, behaviour: Behaviour, request: dict[str, Any]) -> None:
            body = behaviour.body
            match behaviour.kind:
                case "mute":
                    self.close_connection = True
                case "text":
                    self.send(behaviour, str(body), "application/json")
                case "json" | "error":
                    self.send(behaviour, json.dumps(body), "application/json")
                case _ if request.get("stream"):
                    self.stream(behaviour, request)
                case _:
                    self.whole(behaviour, request)

        def whole(self, behaviour: Behaviour, request: dict[str, Any]) -> None:
            message = {"role": "assistant", "content": server.answer(prompt_of(request))}
            reply = {
                **self.base(request),
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": behaviour.finish}],
                "usage": self.usage(behaviour, request, message["content"]),
            }
            text = json.dumps(reply)
            self.send(
                behaviour, text, "application/json", cut=len(text) // 2 if behaviour.kind == "cut" else None
            )

        def stream(self, behaviour: Behaviour, request: dict[str, Any]) -> None:
            events = list(self.events(behaviour, request))
            if behaviour.kind == "cut":
                events = events[: len(events) // 2]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for event in events:
                data = f"data: {event}\n\n".encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()
            if behaviour.kind == "cut" and behaviour.body != "politely":
                self.close_connection = True
                return
            self.wfile.write(b"0\r\n\r\n")

        def events(self, behaviour: Behaviour, request: dict[str, Any]) -> Iterator[str]:
            text = server.answer(prompt_of(request))
            base = {**self.base(request), "object": "chat.completion.chunk"}
            for letter in text:
                delta = {"content": letter}
                yield json.dumps({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            yield json.dumps(
                {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": behaviour.finish}]}
            )
            if request["stream_options"]["include_usage"]:
                yield json.dumps({**base, "choices": [], "usage": self.usage(behaviour, request, text)})
            yield "[DONE]"

        def base(self, request: dict[str, Any]) -> dict[str, Any]:
            return {"id": "1", "created": 0, "model": f"{request['model']}-1"}

        def usage(self, behaviour: Behaviour, request: dict[str, Any], text: str) -> Any:
            if behaviour.usage != "counted":
                return behaviour.usage
            asked, said = len(prompt_of(request).split()), len(text.split())
            return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}

        def send(self, behaviour: Behaviour, text: str, kind: str, cut: int | None = None) -> None:
            data = text.encode()
            self.send_response(behaviour.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in behaviour.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler
