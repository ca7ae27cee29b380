--- The way to the shared daemon for a Lua that can't open its socket: a little Perl, where that is, since it starts
-- many times faster than the Node of `sshrpc --attach`. Linux alone, whose numbers it has.

local M = {}

-- Its arguments: our version, and the command that does the same. It becomes that command unless a daemon of our
-- version has answered at a socket that is ours alone; until then it has read nothing of its stdin.
--
-- It tells who we are and where we run as `sshrpc --attach` does: a byte 1 and a line of JSON, which the daemon
-- answers by a byte 1. What isn't UTF-8 the daemon replaces. Then it copies, either way on its own. A pipe that can
-- be written to takes 4,096 bytes without blocking.
local PERL = [==[
use strict;
my ($version, @command) = @ARGV;
my ($client) = $command[-1] =~ /^--clientProcessId=(\d+)$/;
my $parent = getppid;
# The starter's own, where the user hasn't set it.
delete $ENV{PERL_BADLANG} unless length $ENV{PERL_BADLANG};

sub text {
  my ($text) = @_;
  $text =~ s/([\x00-\x1f"\\])/sprintf "\\u%04x", ord $1/ge;
  return qq("$text");
}

sub is_private {
  my ($path, $kind) = @_;
  my ($mode, $owner) = (lstat $path)[2, 4];
  return defined $mode && ($mode & 0170077) == $kind && $owner == $<;
}

sub relay {
  my ($socket, $preamble) = @_;
  my ($up, $down, $greeted, $open) = ($preamble, "", 0, 1);
  while (1) {
    my ($read, $write) = ("", "");
    vec($read, 0, 1) = $greeted && $open && $up eq "" ? 1 : 0;
    vec($read, fileno $socket, 1) = $down eq "" ? 1 : 0;
    vec($write, fileno $socket, 1) = $up ne "" ? 1 : 0;
    vec($write, 1, 1) = $down ne "" ? 1 : 0;
    if (select($read, $write, undef, 0.25) < 1) {
      # No such process is 3.
      exit if getppid != $parent || $client && !kill(0, $client) && $! == 3;
      next;
    }
    if (vec $write, fileno $socket, 1) {
      # Neither blocking nor SIGPIPE (0x40, 0x4000); what would block (11) is sent later.
      my $sent = send $socket, $up, 0x4040;
      if (defined $sent) { substr $up, 0, $sent, "" }
      elsif ($! != 11) { ($up, $open) = ("", 0) }
    }
    if (vec $write, 1, 1) {
      my $written = syswrite STDOUT, $down, 4096;
      exit unless defined $written;
      substr $down, 0, $written, "";
    }
    if (vec $read, fileno $socket, 1) {
      sysread $socket, $down, 65536 or return $greeted;
      $greeted ||= substr($down, 0, 1, "") eq "\1" or return 0;
    }
    if (vec $read, 0, 1) {
      unless (sysread STDIN, $up, 65536) {
        $open = 0;
        shutdown $socket, 1;
      }
    }
  }
}

sub relayed {
  my $runtime = $ENV{XDG_RUNTIME_DIR};
  # By map: grep itself would make the variables that aren't there.
  my ($temporary) = grep { defined && length } map({ $ENV{$_} } "TMPDIR", "TMP", "TEMP"), "/tmp";
  my $folder = $runtime =~ m{^/} ? "$runtime/sshrpc" : "$temporary/sshrpc-$<";
  my $path = "$folder/$version.sock";
  return 0 unless $^O eq "linux" && length $path < 108;
  return 0 unless is_private($folder, 0040000) && is_private($path, 0140000);
  socket my $socket, 1, 1, 0 or return 0;
  connect $socket, pack "Sa108", 1, $path or return 0;
  my $variables = join ",", map { text($_) . ":" . text($ENV{$_}) } keys %ENV;
  my $where = sprintf '"processId":%d,"cwd":%s,"umask":%d', $client || $parent, text(readlink "/proc/self/cwd"), umask;
  return relay($socket, qq(\1{$where,"variables":{$variables}}\n));
}

exit if relayed();
exec { $command[0] } @command;
print STDERR "sshrpc: $command[0]: $!\n";
exit 127;
]==]

--- Whether perl would run that as it stands. By these variables the user may have it load modules, and give the
-- handles layers, through which nothing can be sent.
function M.usable()
  return not os.getenv("PERL5OPT") and not os.getenv("PERL_UNICODE")
end

--- A command that does what the given one does. Its shell has perl not complain of a locale that isn't installed.
---@param version string
---@param command table
---@return table command
function M.before(version, command)
  local words = { "perl", "-e", PERL, "--", version }
  for _, word in ipairs(command.argv) do words[#words + 1] = word end
  return { argv = words, follow = command.follow, name = command.name, assignments = "PERL_BADLANG=$PERL_BADLANG " }
end

return M
