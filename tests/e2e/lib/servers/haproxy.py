"""HAProxy with two pools of responders, as on two machines."""
import signal

from harness import USERS, free_port

from .base import Server, program

HAPROXY = """
global
	maxconn 500
defaults
	mode http
	timeout connect 5s
	timeout client 60s
	timeout server 60s
"""


class Haproxy(Server):
    name = "haproxy"
    reload_signal = signal.SIGUSR2
    members = 2

    def pool_address(self, number):
        return f"127.0.0.1:{free_port()}"

    def configure(self, addresses):
        people = "".join(f"\tuser {name} insecure-password {word}\n"
                         for name, word in
                         ((name, word.replace("'", "\\'").replace(" ", "\\ "))
                          for name, word in USERS.items()))
        sample = ("\tuser ann password "
                  "$6$uXqZ7CEL$nobody.has.this.password")
        self.write("server.cfg", HAPROXY)
        self.write("block.cfg", self.filled("haproxy.cfg", **{
            "timeout server 90s": "timeout server 5s",
            sample: people.rstrip("\n"),
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "10.0.0.11:9000": addresses[0], "10.0.0.12:9000": addresses[1]}))

    def command(self):
        return (program("haproxy"), "-W", "-f", self.at("server.cfg"),
                "-f", self.at("block.cfg"))
