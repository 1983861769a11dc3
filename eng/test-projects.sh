# The second half of ./test: with servers in the environment, runs the projects given and adds up. Sourced by ./test.
results=$root/TestResults
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=${FORMAT_FAILED:-0} skipped=0
reasons=$results/skipped.txt
: >"$reasons"

counter() { sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

for project in "$@"; do
  name=$(basename "$project" .csproj)
  begun=$SECONDS
  say "── $name"
  status=0
  with_progress "$name" dotnet test "$project" -c "$configuration" --no-build --nologo -v quiet \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" </dev/null || status=$?
  trx=$results/$name.trx
  total=0
  if [ -f "$trx" ]; then
    total=$(counter total "$trx") good=$(counter passed "$trx") bad=$(counter failed "$trx")
    other=$((total - good - bad))
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + other))
    say "   $good passed, $bad failed$([ "$other" -eq 0 ] || printf ', %s skipped' "$other") in $((SECONDS - begun)) s"
    awk -v project="$name" '
      /<UnitTestResult / { test = ""; off = 0; if (match($0, /testName="[^"]*"/)) test = substr($0, RSTART + 10, RLENGTH - 11); if ($0 ~ /outcome="NotExecuted"/) off = 1 }
      off && /<(Message|StdOut)>/ { reason = $0; sub(/.*<(Message|StdOut)>/, "", reason); sub(/<\/(Message|StdOut)>.*/, "", reason); print "  " project ": " test ": " reason; off = 0 }
      /<\/UnitTestResult>/ { if (off) print "  " project ": " test; off = 0 }
    ' "$trx" | sed 's/&quot;/"/g; s/&apos;/'"'"'/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >>"$reasons"
  fi
  if [ "$total" -eq 0 ]; then
    say "   $name ran no test."
    failed=$((failed + 1))
  elif [ "$status" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
    say "   $name ended with $status."
    failed=$((failed + 1))
  fi
done

if [ "$skipped" -gt 0 ]; then
  say "Skipped:"
  sort "$reasons"
fi
[ "${FORMAT_FAILED:-0}" = 0 ] || say "One failure is the formatting: dotnet format CareerPlatform.sln"
if [ "$skipped" -gt 0 ]; then say "$passed passed, $failed failed, $skipped skipped"; else say "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
