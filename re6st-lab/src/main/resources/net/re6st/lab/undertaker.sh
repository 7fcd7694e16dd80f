# Waits for the end of its input, then removes all that belongs to the laboratory $1, and its directory $2.
cat > /dev/null

own=$(ip netns list | cut -d ' ' -f 1 | grep "^$1-")

# What is killed may have started another process meanwhile: look again, up to 5 s.
round=0
while [ $round -lt 50 ]; do
    pids=$(for name in $own; do ip netns pids "$name"; done)
    [ -n "$pids" ] || break
    kill -9 $pids 2> /dev/null
    sleep 0.1
    round=$((round + 1))
done

for name in $own; do
    ip netns del "$name"
    rm -rf "/etc/netns/$name"
done
# Small disks of hosts.
while read -r _ folder _; do
    case $folder in
        "$2"/*) umount -l "$folder" ;;
    esac
done < /proc/mounts
rm -rf "$2"
