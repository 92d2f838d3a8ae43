// waf.mjs - is a link let in by a rule of Cloudflare's WAF? An own reading of
// what Cloudflare publishes of is_timed_hmac_valid_v0, with Node's crypto:
// https://developers.cloudflare.com/ruleset-engine/rules-language/functions/
//
//     node waf.mjs <questions.json
//
// A question is {rule, url, at}; the answers are true where the rule does not
// block the request. It takes the secret, the lifetime and the rest out of the
// rule's text, as the WAF does.
import crypto from "node:crypto";
import fs from "node:fs";

// Read the expression word by word. Strings have \" and \\ and no other
// escapes.
function readRule(text) {
  const words = [];
  let rest = text;
  while (rest !== "") {
    const found = /^(?:"((?:[^"\\]|\\["\\])*)"|([a-z_.0-9]+)|([(),]))\s*/.exec(rest);
    if (!found) throw new Error(`not an expression: ${rest}`);
    words.push(found[1] === undefined ? found[2] ?? found[3]
      : { string: found[1].replace(/\\(["\\])/g, "$1") });
    rest = rest.slice(found[0].length);
  }
  const shape = words.map((word) => word.string === undefined
    ? word.replace(/^[0-9]+$/, "NUMBER") : "STRING").join(" ");
  if (shape !== "( http.host eq STRING and not ( starts_with ( "
    + "http.request.uri.query , STRING ) and is_timed_hmac_valid_v0 ( "
    + "STRING , http.request.uri , NUMBER , http.request.timestamp.sec , "
    + "NUMBER , STRING ) ) )") throw new Error(`another rule: ${shape}`);
  const strings = words.filter((word) => word.string !== undefined)
    .map((word) => word.string);
  const numbers = words.filter((word) => /^[0-9]+$/.test(word)).map(Number);
  return { host: strings[0], start: strings[1], key: strings[2],
           flags: strings[3], ttl: numbers[0], separator: numbers[1] };
}

// MessageMAC is: message, separator of the given length, time of issue, "-",
// and the MAC to its end.
function isValid(rule, messageMac, now) {
  const safe = rule.flags.includes("s");
  const mac = safe ? "([A-Za-z0-9_-]{43})" : "([A-Za-z0-9+/%]{44,})";
  const found = new RegExp(`^(.*?)([^]{${rule.separator}})([0-9]{10})-${mac}$`, "s")
    .exec(messageMac);
  if (!found) return false;
  const [, message, , time, shown] = found;
  const wanted = crypto.createHmac("sha256", rule.key)
    .update(message).update(time).digest();
  const bytes = Buffer.from(decodeURIComponent(shown), safe ? "base64url" : "base64");
  if (bytes.length !== wanted.length) return false;
  return crypto.timingSafeEqual(bytes, wanted) && now < Number(time) + rule.ttl;
}

// What stands in http.request.uri is the address as it was sent, from the path
// on.
function isLetIn({ rule: text, url, at }) {
  const rule = readRule(text);
  const [, host, uri] = /^https:\/\/([^/]*)(\/.*)$/s.exec(url);
  const query = /^[^?]*\??(.*)$/s.exec(uri)[1];
  return host !== rule.host
    || query.startsWith(rule.start) && isValid(rule, uri, at);
}

const questions = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map(isLetIn)));
