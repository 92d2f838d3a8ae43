"""Apache with each of its ways to reach the responder."""
import os
import re
import signal
import subprocess

from harness import free_port, need

from .base import Server, program

# Where distributions keep Apache's modules.
APACHE_MODULES = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules",
                  "/usr/libexec/apache2", "/usr/lib/httpd/modules"]

APACHE = """
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}/run"
PidFile "{folder}/run/apache.pid"
ErrorLog "{folder}/log/error.log"
ServerName localhost
Listen 127.0.0.1:{port}
{modules}
StartServers 1
ServerLimit 4
ThreadsPerChild 50
MaxRequestWorkers 200
MaxSpareThreads 200
Suexec Off
MaxKeepAliveRequests 0
TypesConfig /dev/null
{module_settings}
DocumentRoot "{folder}/www"
<Directory "{folder}/www">
	# What a host usually lets its customers do.
	AllowOverride AuthConfig FileInfo Indexes Limit Options
	Require all granted
</Directory>
"""

# Another application was here first, and its rules claim every path.
PRETTY = """
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.html [L]
"""


class Apache(Server):
    modules = []
    reload_signal = signal.SIGUSR1

    def module_settings(self):
        return ""

    def configure(self, addresses):
        folder = next(filter(os.path.isdir, APACHE_MODULES), None)
        need(folder, "Apache's modules are not installed")
        wanted = ["mpm_event", "unixd", "authn_core", "authz_core",
                  "authn_file", "authz_user", "auth_basic", "alias", "env",
                  "mime", "rewrite", "setenvif"] + self.modules
        built_in = subprocess.run([program("apache2", "httpd"), "-l"],
                                  stdout=subprocess.PIPE,
                                  check=True).stdout.decode()
        lines = [f"LoadModule {name}_module {folder}/mod_{name}.so"
                 for name in wanted if f"mod_{name}.c" not in built_in]
        self.write("www/index.html", "the other application\n")
        self.write("www/.htaccess", PRETTY)
        self.write("server.conf", APACHE.format(
            folder=self.folder, port=self.port, modules="\n".join(lines),
            module_settings=self.module_settings())
            + self.site(addresses))

    def command(self):
        return (program("apache2", "httpd"), "-D", "FOREGROUND",
                "-f", self.at("server.conf"))


class ApacheFcgid(Apache):
    name = "apache-fcgid"
    modules = ["fcgid"]

    def module_settings(self):
        return (f'FcgidIPCDir "{self.at("run")}"\n'
                f'FcgidProcessTableFile "{self.at("run", "fcgid")}"\n')

    def site(self, _):
        return self.filled("apache-fcgid.conf", **{
            "/usr/libexec/mintage": self.at("libexec"),
            "/etc/mintage/users": self.at("users")})


class ApacheProxy(Apache):
    name = "apache-proxy-fcgi"
    modules = ["proxy", "proxy_fcgi"]
    members = 1

    def site(self, addresses):
        return self.filled("apache-proxy-fcgi.conf", **{
            "/run/mintage/mintage.sock": addresses[0],
            "/etc/mintage/users": self.at("users")})


class ApacheBalancer(Apache):
    name = "apache-balancer"
    modules = ["proxy", "proxy_fcgi", "proxy_balancer", "slotmem_shm",
               "lbmethod_byrequests"]
    members = 2

    def pool_address(self, number):
        return f"127.0.0.1:{free_port()}"

    def site(self, addresses):
        return self.filled("apache-balancer.conf", **{
            "10.0.0.11:9000": addresses[0], "10.0.0.12:9000": addresses[1],
            "/etc/mintage/users": self.at("users")})


class ApacheCgid(Apache):
    name = "apache-cgid"
    modules = ["cgid"]
    cgi = True

    def module_settings(self):
        return f'ScriptSock "{self.at("run", "cgid")}"\n'

    def site(self, _):
        return self.filled("apache-cgid.conf", **{
            "/usr/libexec/mintage": self.at("libexec"),
            "/etc/mintage/users": self.at("users")})


class SharedCgi(ApacheCgid):
    """What a host's customer can set up alone: two folders, each with a
    .htaccess."""
    name = "htaccess"
    script = "mintage.cgi"
    mount = "/mint/mintage.cgi"
    login_mount = "/mint-login/mintage.cgi"

    def site(self, _):
        for folder, places in (("mint", {}), ("mint-login", {
                "# AuthType": "AuthType", "# AuthName": "AuthName",
                "# AuthUserFile /home/me/mintage/users":
                "AuthUserFile " + self.at("users"),
                "# Require": "Require"})):
            os.makedirs(self.at("www", folder), exist_ok=True)
            self.write(f"www/{folder}/.htaccess",
                       self.filled("htaccess", **places))
            self.write(f"www/{folder}/{self.script}", self.launcher(), 0o755)
        rules = re.findall("^# (Rewrite.*\n)", self.filled("htaccess", **{
            "/mint/mintage.cgi/": self.mount + "/"}), re.M)
        self.write("www/.htaccess", "".join(rules) + PRETTY)
        return ""


class SharedFcgid(SharedCgi):
    name = "htaccess-fcgid"
    script = "mintage.fcgi"
    mount = "/mint/mintage.fcgi"
    login_mount = "/mint-login/mintage.fcgi"
    modules = ["fcgid"]
    cgi = False
    limit = 120000          # mod_fcgid allows 128 KiB with parameters
    module_settings = ApacheFcgid.module_settings
