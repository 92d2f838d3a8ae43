"""nginx with a pool of responders."""
import signal

from .base import Server, program

NGINX = """
daemon off;
pid {folder}/run/nginx.pid;
error_log {folder}/log/error.log;
worker_processes 2;
events {{ worker_connections 256; }}
http {{
	access_log off;
	client_body_temp_path {folder}/tmp/body;
	proxy_temp_path {folder}/tmp/proxy;
	fastcgi_temp_path {folder}/tmp/fastcgi;
	uwsgi_temp_path {folder}/tmp/uwsgi;
	scgi_temp_path {folder}/tmp/scgi;
	keepalive_requests 100000;
	server {{
		listen 127.0.0.1:{port};
		root {folder}/www;
		include {folder}/block.conf;
	}}
}}
"""


class Nginx(Server):
    name = "nginx"
    reload_signal = signal.SIGHUP
    members = 1

    def configure(self, addresses):
        self.write("server.conf",
                   NGINX.format(folder=self.folder, port=self.port))
        self.write("block.conf", self.filled("nginx.conf", **{
            "/run/mintage/mintage.sock": addresses[0],
            "/etc/mintage/users": self.at("users")}))

    def command(self):
        return (program("nginx"), "-p", self.folder, "-c",
                self.at("server.conf"), "-e", self.at("log/error.log"))
