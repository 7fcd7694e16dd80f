# bash terminal.sh FOLDER LABORATORY PROGRAMS: the shell of a terminal, in a mount namespace of its own. What is changed
# below /etc, /var and /run is changed in FOLDER; the laboratory's own directory, below /run, stays where it is.
folder=$1 laboratory=$2
export PATH=$3:$PATH:/usr/sbin:/sbin
for part in etc var; do
    mkdir "$folder/$part.upper" "$folder/$part.work"
    mount -t overlay overlay -o "lowerdir=/$part,upperdir=$folder/$part.upper,workdir=$folder/$part.work" "/$part" || exit
done
mkdir -p "$folder/run/${laboratory#/run/}"
mount --rbind "$laboratory" "$folder/run/${laboratory#/run/}" || exit
mount --rbind "$folder/run" /run || exit
cd / || exit
set -E
trap 'echo "failed command: $BASH_COMMAND"' ERR
while read -r line; do
    eval "$line"
done
