def ts: fromdateiso8601;
def tag: ((.image | sub("@.*$"; "") | capture(":(?<t>[^:/]+)$").t) // "latest");
def secs: ((tag | capture("^(init)?slow-(?<n>[0-9]+)$").n | tonumber) // 0);
def sidecar($init): $init and .restartPolicy == "Always";
def fresh: .state.waiting.reason | . == "ContainerCreating" or . == "PodInitializing";
. as $pod
| now as $now
| ($pod.status.startTime | ts) as $start
| ($pod.status.conditions // [] | map({key: .type, value: .}) | from_entries) as $conds
| ($conds.ContainersReady.lastProbeTime | if . then ts else null end) as $probe
| def pulls($base): [@PULLS_JQ@] | map(. + $base) | map(select(. > $now)) | .[0] // empty;
  def passed($base): [@PULLS_JQ@] | map(select(. + $base <= $now)) | length;
  def due($c; $init; $base):
    ($c | tag) as $t | ($c | secs) as $n | (.restartCount // 0) as $rc
    | ($init and ($c | sidecar(true) | not)) as $task
    | ($task or (($init | not) and $pod.spec.restartPolicy != "Always")) as $finite
    | (($c | sidecar($init)) or $pod.spec.restartPolicy != "Never") as $restarts
    | if .state.running then
        (.state.running.startedAt | ts) as $at
        | if $t == "crash" or $t == "initcrash" or $t == "oom" or ($t == "flaky" and $rc == 0) then $at + 1.5
          elif $finite and $t != "unready" then $at + $n + 1.5
          elif .ready then empty
          else
            ($c.readinessProbe // {}) as $p
            | (if $n > 0 then $at + $n + 0.5 else empty end),
              (if $probe then $probe + ([$p.periodSeconds // 10, 2] | max) else $at + 1 + ($p.initialDelaySeconds // 0) end)
          end
      elif .state.terminated then
        if .state.terminated.exitCode != 0 and $restarts then (.state.terminated.finishedAt | ts) + 1 else empty end
      elif .state.waiting.reason == "CrashLoopBackOff" then
        (.lastState.terminated.finishedAt | ts) + 1 + ([3, 3, 4, 8, 16, 32, 60][[$rc, 6] | min])
      elif .state.waiting.reason == "RunContainerError" then (.lastState.terminated.finishedAt | ts) + 2.5
      elif fresh or .state.waiting.reason == "ErrImagePull" or .state.waiting.reason == "ImagePullBackOff" then
        .state.waiting.reason as $shown
        | if $t == "pulltransient" then $base + (if $shown == "ImagePullBackOff" then 8 elif $shown == "ErrImagePull" then 3 else 1 end)
        elif $t == "missing" or $t == "denied" or $t == "forbidden" then
          if fresh then $base + 1
          elif $shown == "ErrImagePull" and passed($base) % 2 == 0 then $now
          else pulls($base) end
        else $now end
      else empty end;
  ($pod.spec.initContainers // []) as $inits
| ($pod.status.initContainerStatuses // []) as $is
| ([$pod.spec.containers[].image, $inits[].image] | any(endswith(":mountfail"))) as $mountfail
| [ if $mountfail then (if $probe then $probe + 4 else $now end)
    elif $conds.PodReadyToStartContainers.status != "True" then $now + 0.15
    else
      (range($inits | length) as $i
        | ([range($i) | . as $j | $is[$j] | if ($inits[$j] | sidecar(true)) then .started == true else .state.terminated.exitCode == 0 end] | all) as $open
        | ([$start, ($is[:$i][].state.terminated.finishedAt // empty | ts)] | max) as $base
        | $is[$i] | select($open or (fresh | not)) | due($inits[$i]; true; $base)),
      ($conds.Initialized as $ready
        | ($ready.lastTransitionTime // $pod.status.startTime | ts) as $base
        | $pod.spec.containers[] as $c | $pod.status.containerStatuses[] | select(.name == $c.name)
        | select($ready.status == "True" or (fresh | not)) | due($c; false; $base))
    end ]
| min // empty
| [. - $now + 0.02, 0] | max
| "\(. * 1000 | floor)ms"
