# torchvision's ImageFolder and RandomResizedCrop with Pillow in PyTorch's DataLoader, a worker a core; pixels stay uint8.
import json
import multiprocessing
import os
import resource
import sys
import time

import torch
from torchvision import datasets, transforms

folder, cores, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
BATCH = 32


def core_seconds():
    own = resource.getrusage(resource.RUSAGE_SELF)
    total = own.ru_utime + own.ru_stime
    for worker in multiprocessing.active_children():
        fields = open(f"/proc/{worker.pid}/stat").read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def main():
    torch.set_num_threads(1)
    steps = transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.PILToTensor()])
    images = datasets.ImageFolder(folder + "/train", steps)
    # Long enough that the workers are never started anew.
    sampler = torch.utils.data.RandomSampler(images, replacement=True, num_samples=10**7)
    loader = iter(torch.utils.data.DataLoader(images, BATCH, sampler=sampler, num_workers=cores, drop_last=True))

    def run(duration):
        began, before, count = time.perf_counter(), core_seconds(), 0
        while time.perf_counter() - began < duration:
            next(loader)
            count += BATCH
        return {
            "imagesPerSecond": count / (time.perf_counter() - began),
            "imagesPerCoreSecond": count / (core_seconds() - before),
        }

    run(1)
    print(json.dumps(run(seconds)), flush=True)


main()
