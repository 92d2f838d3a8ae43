#!/home/me/mintage/mintage.fcgi --config=/home/me/mintage/mintage.conf
