using System.Diagnostics;

namespace CareerPlatform.AppHost.Native;

/// <summary>Ends what a test process started, and removes its folders, when that process dies in whatever way.</summary>
/// <remarks>A shell that holds one end of a pipe: the pipe closes with the process, also under kill -9. It asks first: a host under test stops its own services. The host of `./run` needs none: its next start cleans up.</remarks>
public static class Guardian
{
    private const string Script = """
        trap '' INT TERM HUP
        marks=' '; folders=''
        while read -r verb what; do
          case $verb in
            watch) marks="$marks$what " ;;
            forget) marks="${marks%% "$what" *} ${marks#* "$what" }" ;;
            folder) folders="$folders $what" ;;
          esac
        done
        alive() {
          stat=$(cat "/proc/${1%:*}/stat" 2>/dev/null) || return 1
          set -- "$1" ${stat##*) }
          [ "$2" != Z ] && [ "${21}" = "${1#*:}" ]
        }
        for mark in $marks; do alive "$mark" && kill -TERM "-${mark%:*}" 2>/dev/null; done
        for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do
          left=''
          for mark in $marks; do alive "$mark" && left=yes; done
          [ -z "$left" ] && break
          sleep 0.5
        done
        for mark in $marks; do alive "$mark" && kill -9 "-${mark%:*}" 2>/dev/null; done
        for folder in $folders; do
          case $folder in /tmp/careerplatform-*|/var/tmp/careerplatform-*) rm -rf "$folder" ;; esac
        done
        """;

    private static StreamWriter? pipe;

    /// <summary>From here on, every process this one starts is watched.</summary>
    public static void Begin()
    {
        lock (Script)
        {
            if (pipe is not null) return;
            var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true };
            foreach (var argument in (string[])["/bin/sh", "-c", Script, "careerplatform-guardian"]) start.ArgumentList.Add(argument);
            pipe = Process.Start(start)!.StandardInput;
            pipe.AutoFlush = true;
        }
    }

    /// <summary>A folder of ours under the temporary folder, removed at the end.</summary>
    public static void Remove(string folder) => Say($"folder {folder}");

    internal static void Watch(ProcessMark mark) => Say($"watch {mark.Pid}:{mark.StartedTicks}");

    internal static void Forget(ProcessMark mark) => Say($"forget {mark.Pid}:{mark.StartedTicks}");

    private static void Say(string line)
    {
        lock (Script)
        {
            try
            {
                pipe?.WriteLine(line);
            }
            catch (IOException)
            {
                pipe = null;
            }
        }
    }
}
