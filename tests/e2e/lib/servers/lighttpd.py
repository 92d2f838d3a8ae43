"""lighttpd with FastCGI and with CGI."""
import signal

from .base import Server, program

LIGHTTPD = """
server.modules = ()
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/www"
server.errorlog = "{folder}/log/error.log"
server.upload-dirs = ("{folder}/tmp")
server.max-keep-alive-requests = 60000
"""


class Lighttpd(Server):
    reload_signal = signal.SIGUSR1

    def configure(self, _):
        self.write("server.conf", LIGHTTPD.format(
            folder=self.folder, port=self.port) + self.filled(
                self.name + ".conf", **{
                    "/usr/libexec/mintage": self.at("libexec"),
                    "/etc/mintage/users": self.at("users"), **self.more()}))

    def more(self):
        return {}

    def command(self):
        return (program("lighttpd"), "-D", "-f", self.at("server.conf"))


class LighttpdFastcgi(Lighttpd):
    name = "lighttpd-fastcgi"

    def more(self):
        return {"/run/lighttpd": self.at("run")}


class LighttpdCgi(Lighttpd):
    name = "lighttpd-cgi"
    cgi = True
